"""The environment variables of what guards a call: breaker, timeouts, retries."""

import dataclasses
from datetime import timedelta
from typing import Annotated

from service.settings.quantity import integer, ratio, seconds


@dataclasses.dataclass(frozen=True, kw_only=True, repr=False)  # as Settings, of which it is a part
class GuardSettings:
    """How long a call may take, when it is tried again, and when it is not made."""

    breaker_window: Annotated[
        timedelta, seconds("BREAKER_WINDOW_SECONDS", "30", "Sliding window of a circuit breaker.")
    ]
    breaker_buckets: Annotated[
        int,
        integer("BREAKER_BUCKETS", "10", "Buckets of the sliding window.", unit="buckets", at_least=1, at_most=1000),
    ]
    breaker_minimum_calls: Annotated[
        int,
        integer(
            "BREAKER_MINIMUM_CALLS",
            "10",
            "Attempts in the window before a rate counts.",
            unit="attempts",
            at_least=1,
            at_most=1_000_000,
        ),
    ]
    breaker_failure_rate_threshold: Annotated[
        float, ratio("BREAKER_FAILURE_RATE_THRESHOLD", "0.5", "Share of failed attempts that opens a breaker.")
    ]
    breaker_consecutive_failures: Annotated[
        int,
        integer(
            "BREAKER_CONSECUTIVE_FAILURES",
            "5",
            "Failures in a row that open a breaker.",
            unit="attempts",
            at_least=1,
            at_most=1_000_000,
        ),
    ]
    breaker_slow_call_rate_threshold: Annotated[
        float, ratio("BREAKER_SLOW_CALL_RATE_THRESHOLD", "0.8", "Share of slow attempts that opens a breaker.")
    ]
    breaker_open: Annotated[
        timedelta, seconds("BREAKER_OPEN_SECONDS", "60", "How long a breaker rejects before it probes.")
    ]
    breaker_max_probes: Annotated[
        int,
        integer(
            "BREAKER_MAX_PROBES", "3", "Probes at once while half open.", unit="attempts", at_least=1, at_most=1000
        ),
    ]
    breaker_successes_to_close: Annotated[
        int,
        integer(
            "BREAKER_SUCCESSES_TO_CLOSE",
            "2",
            "Successful probes that close a breaker.",
            unit="attempts",
            at_least=1,
            at_most=1000,
        ),
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
        int,
        integer(
            "RETRY_MAX_RETRIES", "5", "Attempts after the first, at most.", unit="retries", at_least=0, at_most=100
        ),
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
        integer(
            "RETRY_BUDGET_MINIMUM",
            "3",
            "Retries in flight that are always allowed.",
            unit="retries",
            at_least=0,
            at_most=10_000,
        ),
    ]
    retry_budget_ratio: Annotated[
        float, ratio("RETRY_BUDGET_RATIO", "0.2", "Retries in flight allowed for each call in flight.")
    ]
