"""From where on figures alert."""

import dataclasses
from datetime import timedelta
from typing import Annotated

from service.settings.variable import integer, seconds


@dataclasses.dataclass(frozen=True, kw_only=True, repr=False)
class WatchdogSettings:
    """The thresholds of the watchdogs."""

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
