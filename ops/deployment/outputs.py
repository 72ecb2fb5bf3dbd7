"""The outputs of a deployment, as `cdk deploy --outputs-file` wrote them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ops.errors import NotDeployedError, OperationError
from ops.exit_codes import Exit

CONCERNS = ("Data", "Service", "Edge", "Observability", "Guardrails")
_stack = re.compile(rf"Ballast-(?P<environment>.+)-(?P<concern>{'|'.join(CONCERNS)})").fullmatch
_arn = re.compile(r"arn:[a-z-]+:[a-z]+:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):.+").fullmatch

REQUIRED = (
    ("Data", "OperatorTokenArn"),
    ("Data", "ViewerTokenArn"),
    ("Service", "ServiceUrl"),
    ("Service", "ServiceArn"),
    ("Service", "ImageUri"),
)


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """What the stacks of one environment tell."""

    environment: str
    account: str
    region: str
    values: Mapping[tuple[str, str], str]  # by concern and name

    @classmethod
    def read(cls, path: Path) -> Self:
        """The outputs in a file. Raises OperationError, with everything that is missing at once."""
        return cls.of(_stacks_in(path), source=str(path))

    @classmethod
    def of(cls, told: Mapping[str, Mapping[str, str]], *, source: str) -> Self:
        """The outputs of stacks by their names; `source` is where they were found. Raises OperationError."""
        named = [(_stack(name), values) for name, values in told.items()]
        stacks = {(found["environment"], found["concern"]): values for found, values in named if found}
        environments = sorted({environment for environment, _ in stacks})
        if len(environments) != 1:
            what = f"those of {', '.join(environments)}" if environments else "no stack Ballast-ENVIRONMENT-…"
            raise OperationError(f"{source} has {what}; expected the stacks of one environment.", Exit.USAGE)
        values = {(concern, name): value for (_, concern), told in stacks.items() for name, value in told.items()}
        problems = list(_problems(values))
        if problems:
            raise OperationError("\n".join(f"{source}: {problem}" for problem in problems), Exit.USAGE)
        place = _arn(values["Service", "ServiceArn"])
        assert place  # noqa: S101 - it is no problem
        return cls(environment=environments[0], values=values, **place.groupdict())

    def __getitem__(self, output: tuple[str, str]) -> str:
        """The value of an output, by its stack's concern and its name. Raises NotDeployedError."""
        value = self.values.get(output)
        if not value:
            concern, name = output
            raise NotDeployedError(f"the outputs have no {name} of {self.stack_name(concern)}")
        return value

    @property
    def has_edge(self) -> bool:
        """Whether CloudFront stands before the service."""
        return bool(self.values.get(("Edge", "Url")))

    @property
    def has_origin_secret(self) -> bool:
        """Whether the service tells CloudFront's requests from others."""
        return bool(self.values.get(("Data", "OriginSecretArn")))

    def stack_name(self, concern: str) -> str:
        """The name of a stack."""
        return f"Ballast-{self.environment}-{concern}"


def _stacks_in(path: Path) -> dict[str, dict[str, str]]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        sentence = f"There is no {path}; it is written by `ops deploy`, or by `cdk deploy --all --outputs-file {path}`."
        raise OperationError(sentence, Exit.NOT_FOUND) from None
    except OSError as error:
        raise OperationError(f"{path} cannot be read: {error.strerror}.", Exit.NOT_FOUND) from None
    except ValueError:
        told = None
    if not isinstance(told, dict) or not all(_texts(values) for values in told.values()):
        raise OperationError(
            f"{path} is not what `cdk deploy --outputs-file` writes; expected an object of stacks.", Exit.USAGE
        )
    return told


def _texts(values: object) -> bool:
    return isinstance(values, dict) and all(isinstance(value, str) for value in values.values())


def _problems(values: Mapping[tuple[str, str], str]) -> Iterator[str]:
    for concern, name in REQUIRED:
        if not values.get((concern, name)):
            yield f"the {concern} stack's {name} is missing; deploy again with this version of the stacks."
    arn = values.get(("Service", "ServiceArn"))
    if arn and not _arn(arn):
        yield f"the Service stack's ServiceArn is {arn}; expected an ARN with its region and account."
