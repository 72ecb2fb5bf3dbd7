"""The CDK context of a deployment, as it is given with `-c`."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from ops.errors import OperationError
from ops.exit_codes import Exit

IMAGE, ENVIRONMENT, COMPUTE = "imageUri", "environment", "compute"
DEFAULT_ENVIRONMENT = "development"


def parsed(pairs: Sequence[str]) -> dict[str, str]:
    """The context of `KEY=VALUE` pairs. Raises OperationError with all that are none."""
    split = [pair.partition("=") for pair in pairs]
    wrong = [name + sign + value for name, sign, value in split if not name or not sign]
    if wrong:
        raise OperationError("\n".join(f"-c {pair}: expected KEY=VALUE." for pair in wrong), Exit.USAGE)
    return {name: value for name, _, value in split}


def with_that_of(folder: Path, given: Mapping[str, str]) -> dict[str, str]:
    """What the CDK will use: that of the folder's cdk.json, if there is one, and above it what was given.

    Raises OperationError when the file cannot be read or is not what the CDK reads.
    """
    return {name: _text(value) for name, value in _kept(folder / "cdk.json").items() if ":" not in name} | dict(given)


def _kept(file: Path) -> Mapping[str, object]:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise OperationError(f"{file} cannot be read: {error.strerror}.", Exit.NOT_FOUND) from None
    except ValueError as error:
        raise OperationError(f"{file} is not JSON ({error}); expected the CDK's settings.", Exit.USAGE) from None
    kept = told.get("context", {}) if isinstance(told, dict) else None
    if not isinstance(kept, dict):
        raise OperationError(f"{file} has no object as its context; expected the CDK's settings.", Exit.USAGE)
    return kept


def _text(value: object) -> str:
    """As the stacks read it: the values of a file are not all texts, as those of the command line are."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def environment(context: Mapping[str, str]) -> str:
    """The name of the environment that it describes."""
    return context.get(ENVIRONMENT, DEFAULT_ENVIRONMENT)
