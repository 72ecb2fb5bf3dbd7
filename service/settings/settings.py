"""Every environment variable of the service, each declared once."""

import dataclasses
import difflib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Self, get_type_hints

from service.settings.access_settings import AccessSettings
from service.settings.aws_settings import AwsSettings
from service.settings.flag_settings import FlagSettings
from service.settings.fleet_settings import FleetSettings
from service.settings.guard_settings import GuardSettings
from service.settings.health_gate_settings import HealthGateSettings
from service.settings.process_settings import ProcessSettings
from service.settings.queue_settings import QueueSettings
from service.settings.rollout_settings import RolloutSettings
from service.settings.switch_settings import SwitchSettings
from service.settings.variable import Variable
from service.settings.watchdog_settings import WatchdogSettings
from service.settings.webhook_settings import WebhookSettings
from service.settings.workload_settings import WorkloadSettings

AGENTS = ("indexer",)
"""Who gets events."""

PUSHED_FOR = timedelta(seconds=20)
"""For how long the pump on AWS waits for an agent."""

NEAR_MISS = 0.85  # similarity from which an unknown name is taken for a misspelt one


class SettingsError(Exception):
    """The environment is not usable; `problems` has one sentence for each thing that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclasses.dataclass(frozen=True, kw_only=True, repr=False)  # whose text would show the secrets
class Settings(
    ProcessSettings,
    SwitchSettings,
    WorkloadSettings,
    AccessSettings,
    GuardSettings,
    HealthGateSettings,
    RolloutSettings,
    FlagSettings,
    FleetSettings,
    QueueSettings,
    WatchdogSettings,
    WebhookSettings,
    AwsSettings,
):
    """The service's settings, parsed and checked. Made by `from_environment` alone."""

    @property
    def delivery_timeout(self) -> timedelta:
        """The longest that the indexer may take: it reads a document, embeds it, and stores the embedding."""
        return self.embeddings_deadline + 2 * self.database_deadline

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Parse and check everything.

        Raises:
            SettingsError: with all the problems at once.
        """
        values: dict[str, Any] = {}  # each parsed by its own declaration
        problems: list[str] = []
        for name, variable in declared():
            try:
                values[name] = variable.parsed(environ)
            except ValueError as problem:
                problems.append(str(problem))
        if not problems:
            settings = cls(**values)
            problems = list(_contradictions(settings))
        if problems:
            raise SettingsError(problems + misspelt(environ))
        return settings


def declared() -> Iterator[tuple[str, Variable]]:
    """Each field of Settings with its variable, in the order of declaration."""
    hints = get_type_hints(Settings, include_extras=True)
    for part in Settings.__mro__:
        for name in vars(part).get("__annotations__", {}):
            yield name, hints[name].__metadata__[0]


def misspelt(environ: Mapping[str, str]) -> list[str]:
    """One sentence for each name in the environment that is all but one of ours."""
    ours = [variable.name for _, variable in declared()]
    hints = []
    for name in sorted(set(environ) - set(ours)):
        near = difflib.get_close_matches(name, ours, n=1, cutoff=NEAR_MISS)
        if near and near[0] not in environ:
            hints.append(f"{name} is not a variable of this service; did you mean {near[0]}?")
    return hints


def _contradictions(settings: Settings) -> Iterator[str]:
    for dependency in ("embeddings", "database", "queue"):
        attempt: timedelta = getattr(settings, f"{dependency}_attempt_timeout")
        deadline: timedelta = getattr(settings, f"{dependency}_deadline")
        if attempt > deadline:
            yield (
                f"{dependency.upper()}_ATTEMPT_TIMEOUT_SECONDS is {attempt.total_seconds():g}; "
                f"expected at most {dependency.upper()}_DEADLINE_SECONDS, which is {deadline.total_seconds():g}"
            )
    if settings.retry_backoff > settings.retry_backoff_max:
        yield (
            f"RETRY_BACKOFF_SECONDS is {settings.retry_backoff.total_seconds():g}; "
            f"expected at most RETRY_BACKOFF_MAX_SECONDS, which is {settings.retry_backoff_max.total_seconds():g}"
        )
    if settings.rollout_minimum_hold > settings.rollout_maximum_duration:
        yield (
            f"ROLLOUT_MINIMUM_HOLD_SECONDS is {settings.rollout_minimum_hold.total_seconds():g}; expected at most "
            f"ROLLOUT_MAXIMUM_DURATION_SECONDS, which is {settings.rollout_maximum_duration.total_seconds():g}"
        )
    if settings.on_aws and settings.delivery_timeout > PUSHED_FOR:
        yield (
            f"EMBEDDINGS_DEADLINE_SECONDS is {settings.embeddings_deadline.total_seconds():g}; expected at most "
            f"{PUSHED_FOR.total_seconds():g} together with twice DATABASE_DEADLINE_SECONDS, which is "
            f"{settings.database_deadline.total_seconds():g}: the pump on AWS waits no longer for a delivery"
        )
    yield from settings.disordered()
    yield from settings.unsigned()
    yield from settings.misplaced(AGENTS)
    if settings.fault_injection and not settings.operator_tokens:
        yield "OPERATOR_TOKEN is empty; expected a token, since FAULT_INJECTION is true and faults are set with it"
    yield from settings.unsafe(settings.host, reached=not settings.bound_to_loopback)
