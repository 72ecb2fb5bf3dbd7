"""What is deployed: the CDK context, parsed once, all its problems at once."""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

_environment = re.compile(r"[a-z][a-z0-9-]{0,30}").fullmatch
_ecr_image = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/"
    r"(?P<repository>[a-z0-9][a-z0-9._/-]*)(?::[\w.-]{1,128}|@sha256:[0-9a-f]{64})"
).fullmatch


class ContextError(Exception):
    """The context is not usable; one sentence for each problem, a line each. Nothing was synthesized."""


@dataclass(frozen=True, kw_only=True)
class Image:
    """An image of the service in a private ECR repository."""

    uri: str
    account: str
    region: str
    repository: str


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """What is asked for. Made by `parse` alone."""

    environment: str
    image: Image
    provider_url: str

    @property
    def production(self) -> bool:
        """Whether what holds state outlives its stack and is protected from deletion."""
        return self.environment == "production"

    def stack_name(self, concern: str) -> str:
        """The name of a stack; two environments can live in one account."""
        return f"Ballast-{self.environment}-{concern}"


@dataclass(frozen=True, kw_only=True)
class _Key:
    """One key of the context. `parse` raises ValueError on a value that is not `expected`."""

    default: str | None  # None: it must be given
    expected: str
    parse: Callable[[str], object]


def parse(context: Mapping[str, object]) -> Deployment:
    """The deployment that a context describes.

    Raises:
        ContextError: with all the problems at once.
    """
    problems = [_unknown(name) for name in sorted(context) if name not in _KEYS and not _of_cdk(name)]
    values: dict[str, object] = {}
    for name, key in _KEYS.items():
        given = context.get(name, key.default)
        if given is None:
            problems.append(f"{name} is missing; expected {key.expected} (-c {name}=…)")
            continue
        try:
            values[name] = key.parse(str(given))
        except ValueError:
            problems.append(f"{name} is {given}; expected {key.expected}")
    if problems:
        raise ContextError("\n".join(problems))
    image = values["imageUri"]
    assert isinstance(image, Image)  # noqa: S101 - as its key parses it
    return Deployment(environment=str(values["environment"]), image=image, provider_url=str(values["providerUrl"]))


def _environment_name(value: str) -> str:
    if not _environment(value):
        raise ValueError
    return value


def _image(value: str) -> Image:
    found = _ecr_image(value)
    if not found:
        raise ValueError
    return Image(uri=value, **found.groupdict())


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or " " in value:
        raise ValueError
    return value


_KEYS = {
    "environment": _Key(
        default="development",
        expected="a name of at most 31 of a-z 0-9 -, beginning with a letter",
        parse=_environment_name,
    ),
    "imageUri": _Key(
        default=None,
        expected="an image in ECR with its tag or digest, ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG",
        parse=_image,
    ),
    "providerUrl": _Key(
        default="https://api.openai.com/v1",
        expected="the http or https address of an OpenAI-compatible provider, without a user and a password",
        parse=_url,
    ),
}


def _of_cdk(name: str) -> bool:
    """Whether a key is the CDK's own: its feature flags, its settings, and what it has looked up."""
    return ":" in name or name.startswith("@")


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, _KEYS, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known are: {', '.join(_KEYS)}"
    return f"{name} is not a key of this application; {hint}"
