"""Health gates: what must pass again and again before an instance takes requests, and shuts it at the first failure."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from service.reliability.invalid_configuration import InvalidConfigurationError

STALE_AFTER = 2
"""Intervals after the end of a round from which on it tells nothing of the present."""


@dataclass(frozen=True, kw_only=True)
class HealthGatesConfig:
    """The rhythm of the rounds.

    Raises:
        InvalidConfigurationError: with every problem at once.
    """

    interval: timedelta = timedelta(seconds=5)  # from the start of a round to the next
    check_timeout: timedelta = timedelta(seconds=1)
    passes: int = 3  # consecutive, before a gate is ready

    def __post_init__(self) -> None:
        problems = [
            f"{name} is {value}; expected more than 0 seconds"
            for name in ("interval", "check_timeout")
            if (value := getattr(self, name)) <= timedelta()
        ]
        if self.passes < 1:
            problems.append(f"passes is {self.passes}; expected at least 1")
        if problems:
            raise InvalidConfigurationError("HealthGatesConfig", problems)


KEPT = 10
"""Checks of a gate that are kept to be looked at."""


class GateChange(StrEnum):
    """What a check changed about its gate, or about what is known of it."""

    OPENED = "opened"  # it is ready from now on
    SHUT = "shut"
    PASSED = "passed"  # it is not ready yet
    FAILED = "failed"  # after a pass, while it was not ready


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The end of one check: `error` is empty when it passed."""

    error: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class GateEvent:
    """A change of a gate, and which critical gates were shut when its round was over."""

    gate: "HealthGate"
    change: GateChange
    round: int
    shut: tuple[str, ...]


class HealthGate:
    """Ready after so many consecutive passes; one failure shuts it."""

    def __init__(self, name: str, *, critical: bool, passes: int) -> None:
        self.name = name
        self.critical = critical
        self.passes = passes
        self.ready = False
        self.since: float | None = None  # when it became ready, or was shut; None: neither has happened yet
        self.consecutive_passes = 0
        self.recent: deque[tuple[float, Checked]] = deque(maxlen=KEPT)  # with the instant at which its round ended

    @property
    def last(self) -> Checked | None:
        """The last check; None before there was any."""
        return self.recent[-1][1] if self.recent else None

    def record(self, checked: Checked, now: float, *, after_stale: bool) -> GateChange | None:
        """Take in a check; after a stale round a streak begins anew, though what was ready stays so."""
        was_ready = self.ready
        change = self._record(checked, after_stale=after_stale)
        self.recent.append((now, checked))
        if self.ready is not was_ready:
            self.since = now
        return change

    def _record(self, checked: Checked, *, after_stale: bool) -> GateChange | None:
        failed_before = self.last is not None and bool(self.last.error)
        if checked.error:
            self.consecutive_passes = 0
            if self.ready:
                self.ready = False
                return GateChange.SHUT
            return None if failed_before else GateChange.FAILED
        self.consecutive_passes = 1 if after_stale else self.consecutive_passes + 1
        if self.ready:
            return None
        self.ready = self.consecutive_passes >= self.passes
        return GateChange.OPENED if self.ready else GateChange.PASSED


class HealthGates:
    """All gates of an instance, and the rounds in which they are checked. Instants are of a monotonic clock.

    `on_event` hears of each change, in the order of the gates.
    """

    def __init__(
        self, config: HealthGatesConfig, gates: Mapping[str, bool], *, on_event: Callable[[GateEvent], None]
    ) -> None:
        """`gates` says of each whether it is critical."""
        self.interval = config.interval.total_seconds()
        self._on_event = on_event
        self.gates = {
            name: HealthGate(name, critical=critical, passes=config.passes) for name, critical in gates.items()
        }
        self.rounds = 0
        self.ready = not any(critical for critical in gates.values())  # every critical gate is ready
        self._began_at: float | None = None
        self.ended_at: float | None = None

    def shut(self) -> Iterator[HealthGate]:
        """The critical gates that are not ready."""
        return (gate for gate in self.gates.values() if gate.critical and not gate.ready)

    def due(self, now: float) -> bool:
        """Whether the next round should begin."""
        return self._began_at is None or now - self._began_at >= self.interval

    def due_in(self, now: float) -> float:
        """Seconds until the next round should begin."""
        return 0.0 if self._began_at is None else max(0.0, self._began_at + self.interval - now)

    def stale(self, now: float) -> bool:
        """Whether the last round tells nothing of the present."""
        return self.ended_at is None or now - self.ended_at > STALE_AFTER * self.interval

    def begin(self, now: float) -> int:
        """A round begins; its number."""
        self._began_at = now
        self.rounds += 1
        return self.rounds

    def end(self, results: Mapping[str, Checked], now: float) -> None:
        """A round is over; each gate that was checked takes in its result."""
        after_stale = self.stale(now)
        self.ended_at = now
        changes = {
            name: self.gates[name].record(checked, now, after_stale=after_stale) for name, checked in results.items()
        }
        shut = tuple(gate.name for gate in self.shut())
        self.ready = not shut
        for name, change in changes.items():
            if change is not None:
                self._on_event(GateEvent(gate=self.gates[name], change=change, round=self.rounds, shut=shut))

    def retry_after(self) -> float:
        """Seconds in which every critical gate can be ready at the earliest."""
        missing = (gate.passes - gate.consecutive_passes for gate in self.shut())
        return max(missing, default=0) * self.interval
