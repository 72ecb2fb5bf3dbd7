"""From where on the watchdogs warn and alert."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from service.reliability.watchdog import RATIO, Watchdog, WatchdogLimits


class Figure(StrEnum):
    """What is watched."""

    EVENT_LOOP_DELAY = "event_loop_delay_p99"
    MEMORY = "memory"
    REQUEST_SATURATION = "request_saturation"
    THREAD_SATURATION = "thread_saturation"
    AI_LATENCY = "ai_latency_p99"
    QUEUE_DEPTH = "queue_depth"
    QUEUE_AGE = "queue_age"
    DEAD_LETTERS = "dead_letters"
    DEAD_LETTER_RATE = "dead_letter_rate"


UNITS = {
    Figure.EVENT_LOOP_DELAY: "seconds",
    Figure.MEMORY: RATIO,
    Figure.REQUEST_SATURATION: RATIO,
    Figure.THREAD_SATURATION: RATIO,
    Figure.AI_LATENCY: "seconds",
    Figure.QUEUE_DEPTH: "events",
    Figure.QUEUE_AGE: "seconds",
    Figure.DEAD_LETTERS: "events",
    Figure.DEAD_LETTER_RATE: "events a minute",
}


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """In the figure's unit."""

    warning: float
    alert: float


@dataclass(frozen=True, kw_only=True)
class WatchdogsConfig:
    """The thresholds of every figure, and how a state is left."""

    thresholds: Mapping[Figure, Thresholds]
    request_capacity: int  # requests in flight that the instance is meant for
    recovery_ratio: float
    hold: timedelta

    def watchdog(self, figure: Figure, *, now: float, subject: str = "") -> Watchdog:
        """A watchdog of a figure."""
        limits = WatchdogLimits(
            name=figure,
            unit=UNITS[figure],
            subject=subject,
            warning_threshold=self.thresholds[figure].warning,
            alert_threshold=self.thresholds[figure].alert,
            recovery_ratio=self.recovery_ratio,
            hold=self.hold,
        )
        return Watchdog(limits, now=now)
