"""The golden signals as callers measure them, and whether they are those of a healthy service."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from harness.record import Outcome

TOLERANCE = 0.1
"""The share by which a recovered service may differ from a healthy one."""

ERRORS_ALLOWED = 0.01
"""The share of requests by which failures may be more: one in a hundred, since a healthy service has none."""

WAITING_ALLOWED = 5
"""Events that may wait more than in health: so many are under way at any instant."""

PROCESSES = 2
"""A request passes the service and the provider; each gets as little of a busy machine as the yardstick does."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A request and how it ended; `yardstick`: it went to a program that no fault reaches."""

    number: int  # in the order of sending
    sent_at: float
    seconds: float
    outcome: Outcome
    yardstick: bool = False


@dataclass(frozen=True, kw_only=True)
class Signals:
    """Of one window."""

    errors: float  # share of the requests that failed, were turned away, or got less than was asked for
    throughput: float  # requests a second that got what was asked for
    p99: float  # seconds, of these
    yardstick: float  # seconds: the p99 of a program that nothing was done to
    dead_letters: int = 0
    waiting: int = 0


def signals(window: Sequence[Sample], *, rate: float, dead_letters: int = 0, waiting: int = 0) -> Signals:
    """Of requests that were planned at `rate` a second."""
    asked = [sample for sample in window if not sample.yardstick]
    served = [sample.seconds for sample in asked if sample.outcome is Outcome.SERVED]
    share = len(served) / len(asked)
    return Signals(
        errors=1 - share,
        throughput=share * rate,
        p99=_p99(served),
        yardstick=_p99([sample.seconds for sample in window if sample.yardstick]),
        dead_letters=dead_letters,
        waiting=waiting,
    )


def usual(windows: Sequence[Signals]) -> Signals:
    """What is normal for a service, by several windows of its health."""
    return Signals(
        errors=max(each.errors for each in windows),
        throughput=median(each.throughput for each in windows),
        p99=median(each.p99 for each in windows),
        yardstick=median(each.yardstick for each in windows),
        dead_letters=max(each.dead_letters for each in windows),
        waiting=max(each.waiting for each in windows),
    )


def differences(healthy: Signals, now: Signals) -> Iterator[str]:
    """A sentence for each signal that is not back within the tolerance. What the yardstick lost is the machine's."""
    if now.errors > (limit := healthy.errors + ERRORS_ALLOWED):
        yield f"{now.errors:.1%} of the requests did not get what they asked for; expected at most {limit:.1%}"
    if now.throughput < (limit := healthy.throughput * (1 - TOLERANCE)):
        yield f"{now.throughput:.1f} requests a second were served; expected at least {limit:.1f}"
    slower_machine = PROCESSES * max(0.0, now.yardstick - healthy.yardstick)
    if not now.p99 <= (limit := healthy.p99 * (1 + TOLERANCE) + slower_machine):
        yield f"the p99 was {now.p99 * 1000:.0f} ms; expected at most {limit * 1000:.0f} ms"
    if now.dead_letters > healthy.dead_letters:
        yield f"there are {now.dead_letters} dead letters; expected at most {healthy.dead_letters}"
    if now.waiting > (most := healthy.waiting + WAITING_ALLOWED):
        yield f"{now.waiting} events wait; expected at most {most}"


def _p99(seconds: Sequence[float]) -> float:
    """By nearest rank; not a number where nothing was measured."""
    ordered = sorted(seconds)
    return ordered[math.ceil(0.99 * len(ordered)) - 1] if ordered else math.nan
