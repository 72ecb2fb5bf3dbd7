"""From where on figures warn and alert."""

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from service.settings.quantity import integer, ratio, seconds

MANY = 1_000_000_000
WEEK = 7 * 24 * 3600
PAIRS = (
    ("EVENT_LOOP_DELAY", "_SECONDS"),
    ("MEMORY", "_RATIO"),
    ("SATURATION", "_RATIO"),
    ("AI_LATENCY", "_SECONDS"),
    ("QUEUE_DEPTH", ""),
    ("QUEUE_AGE", "_SECONDS"),
    ("DEAD_LETTERS", ""),
    ("DEAD_LETTERS_PER_MINUTE", ""),
)
"""Of each pair of variables the first part and the unit; between them stands WARNING or ALERT."""


@dataclasses.dataclass(frozen=True, kw_only=True, repr=False)  # as Settings, of which it is a part
class WatchdogSettings:
    """The thresholds of the watchdogs."""

    event_loop_delay_warning: Annotated[
        timedelta,
        seconds(
            "EVENT_LOOP_DELAY_WARNING_SECONDS",
            "0.1",
            "p99 of the event loop's delay from which its watchdog warns; measured while requests are in flight.",
        ),
    ]
    event_loop_delay_alert: Annotated[
        timedelta, seconds("EVENT_LOOP_DELAY_ALERT_SECONDS", "0.5", "The same, from which it alerts.")
    ]
    memory_warning: Annotated[
        float,
        ratio("MEMORY_WARNING_RATIO", "0.8", "Share of its memory limit from which the memory's watchdog warns."),
    ]
    memory_alert: Annotated[float, ratio("MEMORY_ALERT_RATIO", "0.9", "The same, from which it alerts.")]
    request_capacity: Annotated[
        int,
        integer(
            "REQUEST_CAPACITY",
            "80",
            "Requests in flight that an instance is meant for; the platform starts another from there.",
            unit="requests",
            at_least=1,
            at_most=1_000_000,
        ),
    ]
    saturation_warning: Annotated[
        float,
        ratio(
            "SATURATION_WARNING_RATIO",
            "0.7",
            "Share of `REQUEST_CAPACITY`, and of the time of a pool's threads, from which their watchdogs warn.",
        ),
    ]
    saturation_alert: Annotated[float, ratio("SATURATION_ALERT_RATIO", "0.9", "The same, from which they alert.")]
    ai_latency_warning: Annotated[
        timedelta,
        seconds("AI_LATENCY_WARNING_SECONDS", "0.8", "p99 of the provider's attempts from which its watchdog warns."),
    ]
    ai_latency_alert: Annotated[timedelta, seconds("AI_LATENCY_ALERT_SECONDS", "1", "The same, from which it alerts.")]
    queue_depth_warning: Annotated[
        int,
        integer(
            "QUEUE_DEPTH_WARNING",
            "80",
            "Events that wait for an agent on a topic, from which their watchdog warns.",
            unit="events",
            at_least=1,
            at_most=MANY,
        ),
    ]
    queue_depth_alert: Annotated[
        int,
        integer("QUEUE_DEPTH_ALERT", "100", "The same, from which it alerts.", unit="events", at_least=1, at_most=MANY),
    ]
    queue_age_warning: Annotated[
        timedelta,
        seconds(
            "QUEUE_AGE_WARNING_SECONDS",
            "60",
            "Age of the oldest event that waits, from which its watchdog warns.",
            at_most=WEEK,
        ),
    ]
    queue_age_alert: Annotated[
        timedelta, seconds("QUEUE_AGE_ALERT_SECONDS", "300", "The same, from which it alerts.", at_most=WEEK)
    ]
    dead_letters_warning: Annotated[
        int,
        integer(
            "DEAD_LETTERS_WARNING",
            "1",
            "Dead letters of an agent on a topic, from which their watchdog warns.",
            unit="events",
            at_least=1,
            at_most=MANY,
        ),
    ]
    dead_letters_alert: Annotated[
        int,
        integer("DEAD_LETTERS_ALERT", "1", "The same, from which it alerts.", unit="events", at_least=1, at_most=MANY),
    ]
    dead_letters_per_minute_warning: Annotated[
        int,
        integer(
            "DEAD_LETTERS_PER_MINUTE_WARNING",
            "1",
            "Events that become dead letters in a minute, from which their watchdog warns.",
            unit="events a minute",
            at_least=1,
            at_most=MANY,
        ),
    ]
    dead_letters_per_minute_alert: Annotated[
        int,
        integer(
            "DEAD_LETTERS_PER_MINUTE_ALERT",
            "10",
            "The same, from which it alerts.",
            unit="events a minute",
            at_least=1,
            at_most=MANY,
        ),
    ]
    watchdog_recovery: Annotated[
        float,
        ratio(
            "WATCHDOG_RECOVERY_RATIO",
            "0.9",
            "Share of its threshold below which a figure leaves a watchdog's state at once.",
        ),
    ]
    watchdog_hold: Annotated[
        timedelta,
        seconds(
            "WATCHDOG_HOLD_SECONDS", "30", "Time below its threshold after which a figure leaves the state anyway."
        ),
    ]

    def disordered(self) -> Iterator[str]:
        """A sentence for each warning that would not come before its alert."""
        for name, unit in PAIRS:
            warning, alert = (_plain(getattr(self, f"{name}_{state}".lower())) for state in ("WARNING", "ALERT"))
            if warning > alert:
                yield f"{name}_WARNING{unit} is {warning:g}; expected at most {name}_ALERT{unit}, which is {alert:g}"


def _plain(value: timedelta | float) -> float:
    return value.total_seconds() if isinstance(value, timedelta) else value
