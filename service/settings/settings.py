"""Every environment variable of the service, each declared once."""

import dataclasses
import difflib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Self, get_type_hints

from service.settings.variable import (
    REQUIRED,
    Variable,
    file_path,
    flag,
    header_value,
    integer,
    ratio,
    ratios,
    redis_url,
    seconds,
    secret,
    text,
    url,
)

NEAR_MISS = 0.85  # similarity from which an unknown name is taken for a misspelt one


class SettingsError(Exception):
    """The environment is not usable; `problems` has one sentence for each thing that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclasses.dataclass(frozen=True, kw_only=True, repr=False)  # whose text would show the secrets
class Settings:
    """The service's settings, parsed and checked. Made by `from_environment` alone."""

    host: Annotated[str, text("HOST", "127.0.0.1", "Address to listen on.")]
    port: Annotated[
        int, integer("PORT", "8000", "Port to listen on; 0 lets the kernel choose.", at_least=0, at_most=65535)
    ]
    environment: Annotated[str, text("ENVIRONMENT", "development", "Name of the deployment, shown at `/identity`.")]
    instance_id: Annotated[
        str, header_value("INSTANCE_ID", "", "Name of this instance; empty: host name and process id.")
    ]
    use_reliability_system: Annotated[
        bool,
        flag(
            "USE_RELIABILITY_SYSTEM",
            "Turns on the startup graph, guards and golden signals; without it the same handlers run plainly.",
        ),
    ]
    load_tests_allowed: Annotated[
        bool, flag("LOAD_TESTS_ALLOWED", "Whether a load test may take this service as its target.")
    ]
    drain: Annotated[
        timedelta, seconds("DRAIN_SECONDS", "10", "After SIGTERM, time for accepted requests to end.", at_most=600)
    ]

    openai_base_url: Annotated[
        str,
        url("OPENAI_BASE_URL", "https://api.openai.com/v1", "Address of the OpenAI-compatible embeddings provider."),
    ]
    openai_api_key: Annotated[str, secret("OPENAI_API_KEY", REQUIRED, "Key of the provider.")]
    embedding_model: Annotated[str, text("EMBEDDING_MODEL", "text-embedding-3-small", "Model asked for embeddings.")]
    embedding_canary_model: Annotated[
        str,
        text(
            "EMBEDDING_CANARY_MODEL",
            "",
            "Model that a rollout moves callers to, with embeddings of the same length; empty: there are no rollouts.",
        ),
    ]
    embedding_dimensions: Annotated[
        int, integer("EMBEDDING_DIMENSIONS", "256", "Length of an embedding.", at_least=8, at_most=4096)
    ]
    database_path: Annotated[str, file_path("DATABASE_PATH", "ballast.sqlite3", "SQLite file of documents and events.")]

    operator_token: Annotated[
        str, secret("OPERATOR_TOKEN", "", "Bearer token of the operator API; empty: the operator API is off.")
    ]
    viewer_token: Annotated[
        str,
        secret(
            "VIEWER_TOKEN",
            "",
            "Bearer token of `/api/observability/` and `/metrics`, where the operator's is good too; both empty: they "
            "are off. No token is needed while `HOST` is loopback.",
        ),
    ]
    internal_token: Annotated[
        str, secret("INTERNAL_TOKEN", "", "Bearer token of `/internal/`; empty: a random one for each process.")
    ]
    fault_injection: Annotated[
        bool,
        flag(
            "FAULT_INJECTION", "Allows faults to be set over the operator API, and logs each attempt on a dependency."
        ),
    ]

    breaker_window: Annotated[
        timedelta, seconds("BREAKER_WINDOW_SECONDS", "30", "Sliding window of a circuit breaker.")
    ]
    breaker_buckets: Annotated[
        int, integer("BREAKER_BUCKETS", "10", "Buckets of the sliding window.", at_least=1, at_most=1000)
    ]
    breaker_minimum_calls: Annotated[
        int,
        integer(
            "BREAKER_MINIMUM_CALLS", "10", "Attempts in the window before a rate counts.", at_least=1, at_most=1_000_000
        ),
    ]
    breaker_failure_rate_threshold: Annotated[
        float, ratio("BREAKER_FAILURE_RATE_THRESHOLD", "0.5", "Share of failed attempts that opens a breaker.")
    ]
    breaker_consecutive_failures: Annotated[
        int,
        integer(
            "BREAKER_CONSECUTIVE_FAILURES", "5", "Failures in a row that open a breaker.", at_least=1, at_most=1_000_000
        ),
    ]
    breaker_slow_call_rate_threshold: Annotated[
        float, ratio("BREAKER_SLOW_CALL_RATE_THRESHOLD", "0.8", "Share of slow attempts that opens a breaker.")
    ]
    breaker_open: Annotated[
        timedelta, seconds("BREAKER_OPEN_SECONDS", "60", "How long a breaker rejects before it probes.")
    ]
    breaker_max_probes: Annotated[
        int, integer("BREAKER_MAX_PROBES", "3", "Probes at once while half open.", at_least=1, at_most=1000)
    ]
    breaker_successes_to_close: Annotated[
        int,
        integer("BREAKER_SUCCESSES_TO_CLOSE", "2", "Successful probes that close a breaker.", at_least=1, at_most=1000),
    ]
    breaker_half_open_timeout: Annotated[
        timedelta, seconds("BREAKER_HALF_OPEN_TIMEOUT_SECONDS", "30", "How long a breaker may stay half open.")
    ]

    embeddings_slow_call: Annotated[
        timedelta,
        seconds("EMBEDDINGS_SLOW_CALL_SECONDS", "1", "From here on an attempt on the provider counts as slow."),
    ]
    embeddings_attempt_timeout: Annotated[
        timedelta, seconds("EMBEDDINGS_ATTEMPT_TIMEOUT_SECONDS", "2", "Longest attempt on the provider.")
    ]
    embeddings_deadline: Annotated[
        timedelta, seconds("EMBEDDINGS_DEADLINE_SECONDS", "5", "Longest call of the provider, retries included.")
    ]
    database_slow_call: Annotated[
        timedelta,
        seconds(
            "DATABASE_SLOW_CALL_SECONDS", "0.25", "From here on an attempt on the document database counts as slow."
        ),
    ]
    database_attempt_timeout: Annotated[
        timedelta, seconds("DATABASE_ATTEMPT_TIMEOUT_SECONDS", "0.5", "Longest attempt on the document database.")
    ]
    database_deadline: Annotated[
        timedelta, seconds("DATABASE_DEADLINE_SECONDS", "1", "Longest call of the document database, retries included.")
    ]
    queue_slow_call: Annotated[
        timedelta,
        seconds("QUEUE_SLOW_CALL_SECONDS", "0.5", "From here on an attempt on the event queue counts as slow."),
    ]
    queue_attempt_timeout: Annotated[
        timedelta, seconds("QUEUE_ATTEMPT_TIMEOUT_SECONDS", "1", "Longest attempt on the event queue.")
    ]
    queue_deadline: Annotated[
        timedelta, seconds("QUEUE_DEADLINE_SECONDS", "2", "Longest call of the event queue, retries included.")
    ]

    retry_max_retries: Annotated[
        int, integer("RETRY_MAX_RETRIES", "5", "Attempts after the first, at most.", at_least=0, at_most=100)
    ]
    retry_backoff: Annotated[
        timedelta,
        seconds(
            "RETRY_BACKOFF_SECONDS", "0.1", "Upper end of the first backoff; it doubles from there, with full jitter."
        ),
    ]
    retry_backoff_max: Annotated[timedelta, seconds("RETRY_BACKOFF_MAX_SECONDS", "3", "Upper end of any backoff.")]
    retry_budget_minimum: Annotated[
        int,
        integer("RETRY_BUDGET_MINIMUM", "3", "Retries in flight that are always allowed.", at_least=0, at_most=10_000),
    ]
    retry_budget_ratio: Annotated[
        float, ratio("RETRY_BUDGET_RATIO", "0.2", "Retries in flight allowed for each call in flight.")
    ]

    queue_visibility: Annotated[
        timedelta, seconds("QUEUE_VISIBILITY_SECONDS", "30", "How long a claimed event stays hidden from other claims.")
    ]
    queue_max_receives: Annotated[
        int,
        integer(
            "QUEUE_MAX_RECEIVES",
            "5",
            "Deliveries of an event before it becomes a dead letter.",
            at_least=1,
            at_most=1000,
        ),
    ]
    health_gate_interval: Annotated[
        timedelta, seconds("HEALTH_GATE_INTERVAL_SECONDS", "5", "Time between two rounds of the health gates.")
    ]
    health_check_timeout: Annotated[
        timedelta, seconds("HEALTH_CHECK_TIMEOUT_SECONDS", "1", "Longest check of a health gate.")
    ]
    health_gate_passes: Annotated[
        int,
        integer("HEALTH_GATE_PASSES", "3", "Consecutive passes that open a health gate.", at_least=1, at_most=100),
    ]
    rollout_steps: Annotated[
        tuple[float, ...],
        ratios("ROLLOUT_STEPS", "0.01,0.1,0.5,1", "Shares of the callers that a rollout moves to the canary, in turn."),
    ]
    rollout_minimum_hold: Annotated[
        timedelta, seconds("ROLLOUT_MINIMUM_HOLD_SECONDS", "60", "Shortest stay on a step of a rollout.")
    ]
    rollout_maximum_duration: Annotated[
        timedelta,
        seconds(
            "ROLLOUT_MAXIMUM_DURATION_SECONDS",
            "900",
            "After so long a step is passed without evidence for it, if nothing speaks against it.",
        ),
    ]
    rollout_minimum_requests: Annotated[
        int,
        integer(
            "ROLLOUT_MINIMUM_REQUESTS",
            "100",
            "Canary requests without which no step is passed by time.",
            at_least=1,
            at_most=1_000_000,
        ),
    ]
    slo_error_rate: Annotated[float, ratio("SLO_ERROR_RATE", "0.01", "Share of a canary's requests that may fail.")]
    slo_latency: Annotated[
        timedelta, seconds("SLO_LATENCY_SECONDS", "1", "Latency that 99 % of a canary's requests must not exceed.")
    ]
    slo_first_attempt_failure_rate: Annotated[
        float,
        ratio("SLO_FIRST_ATTEMPT_FAILURE_RATE", "0.05", "Share of a canary's requests whose first attempt may fail."),
    ]
    count_board_url: Annotated[
        str,
        redis_url(
            "COUNT_BOARD_URL",
            "",
            "Redis that the instances share their counts through; empty: they share the SQLite file.",
        ),
    ]

    ai_latency_alert: Annotated[
        timedelta,
        seconds("AI_LATENCY_ALERT_SECONDS", "1", "p99 of the provider's attempts above which its watchdog alerts."),
    ]
    queue_depth_alert: Annotated[
        int,
        integer(
            "QUEUE_DEPTH_ALERT",
            "100",
            "Waiting events above which the queue's watchdog alerts.",
            at_least=1,
            at_most=1_000_000_000,
        ),
    ]
    dead_letters_alert: Annotated[
        int,
        integer(
            "DEAD_LETTERS_ALERT",
            "1",
            "Dead letters from which on their watchdog alerts.",
            at_least=1,
            at_most=1_000_000_000,
        ),
    ]

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
        values: dict[str, object] = {}
        problems: list[str] = []
        for name, variable in declared():
            try:
                values[name] = _parsed(variable, environ)
            except ValueError as problem:
                problems.append(str(problem))
        if not problems:
            settings = cls(**values)  # type: ignore[arg-type] # each value was parsed by its own declaration
            problems = list(_contradictions(settings))
        if problems:
            raise SettingsError(problems + misspelt(environ))
        return settings


def declared() -> Iterator[tuple[str, Variable]]:
    """Each field of Settings with its variable, in the order of declaration."""
    for name, hint in get_type_hints(Settings, include_extras=True).items():
        yield name, hint.__metadata__[0]


def misspelt(environ: Mapping[str, str]) -> list[str]:
    """One sentence for each name in the environment that is all but one of ours."""
    ours = [variable.name for _, variable in declared()]
    hints = []
    for name in sorted(set(environ) - set(ours)):
        near = difflib.get_close_matches(name, ours, n=1, cutoff=NEAR_MISS)
        if near and near[0] not in environ:
            hints.append(f"{name} is not a variable of this service; did you mean {near[0]}?")
    return hints


def _parsed(variable: Variable, environ: Mapping[str, str]) -> object:
    given = environ.get(variable.name, variable.default)
    if given is REQUIRED:
        raise ValueError(f"{variable.name} is missing; expected {variable.expected}")
    try:
        return variable.parse(str(given))
    except ValueError:
        raise ValueError(f"{variable.name} {_shown(variable, str(given))}; expected {variable.expected}") from None


def _shown(variable: Variable, value: str) -> str:
    if not value:
        return "is empty"
    if variable.secret or variable.hides(value) or not value.isprintable():
        return "has a value, not shown"
    return f"is {value}"


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
    if settings.queue_visibility <= settings.delivery_timeout:
        yield (
            f"QUEUE_VISIBILITY_SECONDS is {settings.queue_visibility.total_seconds():g}; expected more than "
            "EMBEDDINGS_DEADLINE_SECONDS and twice DATABASE_DEADLINE_SECONDS, the longest delivery, "
            f"which is {settings.delivery_timeout.total_seconds():g}"
        )
    if settings.fault_injection and not settings.operator_token:
        yield "OPERATOR_TOKEN is empty; expected a token, since FAULT_INJECTION is true and faults are set with it"
