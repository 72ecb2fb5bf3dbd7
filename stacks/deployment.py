"""What is deployed: the CDK context, parsed once, all its problems at once."""

import dataclasses
import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, get_type_hints

from stacks.context_key import (
    Key,
    certificate,
    choice,
    domain,
    email,
    environment_name,
    flag,
    image,
    optional_file,
    optional_image,
    secret,
    url,
    whole_number,
    word,
)
from stacks.contradictions import contradictions
from stacks.image import Image
from stacks.settings_file import settings

PRODUCTION = "production"

NOTHING: Mapping[str, str] = MappingProxyType({})


class ContextError(Exception):
    """The context is not usable; one sentence for each problem, a line each. Nothing was synthesized."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Deployment:
    """What is asked for, each key of the context declared once. Made by `parse` alone."""

    environment: Annotated[str, environment_name("environment", "development")]
    image: Annotated[Image, image("imageUri")]
    compute: Annotated[str, choice("compute", "apprunner", "express")]
    provider_url: Annotated[str, url("providerUrl", "https://api.openai.com/v1")]
    canary_model: Annotated[str, word("canaryModel", "the name of a model, to which rollouts move callers")]
    origin_secret: Annotated[str, choice("originSecret", "a", "b")]
    domain_name: Annotated[str, domain("domainName")]
    certificate_arn: Annotated[str, certificate("certificateArn")]
    budget: Annotated[int, whole_number("budget", "100", "of US dollars a month", at_most=1_000_000)]
    alarm_email: Annotated[str, email("alarmEmail")]
    webhook_url_arn: Annotated[str, secret("webhookUrlArn")]
    webhook_secret_arn: Annotated[str, secret("webhookSecretArn")]
    load_tests_allowed: Annotated[bool, flag("allowLoadTests")]
    fault_lab: Annotated[bool, flag("faultLab")]
    simulator_image: Annotated[Image | None, optional_image("simulatorImageUri")]
    load_generators: Annotated[int, whole_number("loadGenerators", "0", "of Locust workers", at_most=100)]
    settings_file: Annotated[Path | None, optional_file("settingsFile")]
    loadtest_image: Annotated[Image | None, optional_image("loadtestImageUri")]

    @property
    def settings(self) -> Mapping[str, str]:
        """The service's settings over their defaults."""
        return settings(self.settings_file) if self.settings_file else NOTHING

    @property
    def production(self) -> bool:
        """Whether what holds state outlives its stack and is protected from deletion."""
        return self.environment == PRODUCTION

    @property
    def needs_network(self) -> bool:
        """Whether anything runs in a network of its own."""
        return self.compute == "express" or self.load_generators > 0

    def stack_name(self, concern: str) -> str:
        """The name of a stack; two environments can live in one account."""
        return f"Ballast-{self.environment}-{concern}"


def keys() -> Mapping[str, Key]:
    """Each field of Deployment with its key, in the order of declaration."""
    hints = get_type_hints(Deployment, include_extras=True)
    return {field.name: hints[field.name].__metadata__[0] for field in dataclasses.fields(Deployment)}


def parse(
    context: Mapping[str, object], *, environ: Mapping[str, str] = NOTHING, dashboard: Path | None = None
) -> Deployment:
    """The deployment that a context describes.

    `environ` is where the CDK's command line says for which account and region it synthesizes; `dashboard` the folder
    of the built pages, looked for when it is given.

    Raises:
        ContextError: with all the problems at once.
    """
    known = {key.name: key for key in keys().values()}
    problems = [_unknown(name, known) for name in sorted(context) if name not in known and not _of_cdk(name)]
    given = {name: _text(context[name]) for name in known if name in context}
    values: dict[str, Any] = {}  # each parsed by its own key
    for field, key in keys().items():
        try:
            values[field] = _parsed(key, given)
        except ValueError as problem:
            problems.append(str(problem))
    problems += contradictions(given, environ)
    problems += _unbuilt(dashboard)
    if problems:
        raise ContextError("\n".join(problems))
    return Deployment(**values)


def _parsed(key: Key, given: Mapping[str, str]) -> object:
    value = given.get(key.name, key.default)
    if value is None:
        raise ValueError(f"{key.name} is missing; expected {key.expected} (-c {key.name}=…)")
    try:
        return key.parse(value)
    except ValueError:
        raise ValueError(f"{key.name} is {value or 'empty'}; expected {key.expected}") from None


def _text(value: object) -> str:
    """A value as the command line would give it: cdk.json knows booleans and numbers too."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _of_cdk(name: str) -> bool:
    """Whether a key is the CDK's own: its feature flags, its settings, and what it has looked up."""
    return ":" in name or name.startswith("@")


def _unknown(name: str, known: Mapping[str, Key]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known are: {', '.join(known)}"
    return f"{name} is not a key of this application; {hint}"


def _unbuilt(dashboard: Path | None) -> Iterator[str]:
    if dashboard and not (dashboard / "index.html").is_file():
        yield f"{dashboard} has no index.html; expected the built dashboard: run `make dashboard` first"
