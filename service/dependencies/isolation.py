"""Has this instance's circuit breakers obey what operators set for every instance."""

import time
from collections.abc import Callable, Mapping

from service.reliability.breaker_states import BreakerState
from service.reliability.circuit_breaker import CircuitBreaker
from service.reliability.control_entry import Entry

KIND = "breaker"


def breaker_key(breaker: str) -> str:
    """Under which a breaker's isolation is kept."""
    return f"{KIND}/{breaker}"


class Isolation:
    """Isolates breakers, and closes those that are isolated no longer.

    The end of an isolation is read off the clock, whenever the control copy was read again: requests see to that.
    """

    def __init__(
        self,
        breakers: Mapping[str, CircuitBreaker],
        in_force: Callable[[str], Entry | None],
        *,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._breakers = breakers
        self._in_force = in_force
        self._now = wall_clock
        self._began = wall_clock()

    def changed(self, key: str, entry: Entry) -> None:
        """An operator has changed an entry; a reset from before this instance began has nothing to close here."""
        kind, _, name = key.partition("/")
        breaker = self._breakers.get(name)
        if kind != KIND or breaker is None:
            return
        if entry.in_force(self._now()):
            breaker.isolate(entry.reason)
        elif not entry.on and entry.since >= self._began:
            breaker.reset(entry.reason)

    def end(self) -> None:
        """Close each breaker whose isolation does not hold any more."""
        for name, breaker in self._breakers.items():
            if breaker.snapshot().state is BreakerState.ISOLATED and self._in_force(breaker_key(name)) is None:
                breaker.reset("its isolation has ended")
