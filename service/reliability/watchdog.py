"""A figure that somebody should look at once it grows too large."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from service.reliability.invalid_configuration import InvalidConfigurationError

RATIO = "ratio"
"""The unit of a share of something, which people read in percent."""

_NO_TIME = timedelta()


class WatchdogState(StrEnum):
    """How urgent a figure is."""

    OK = "ok"
    WARNING = "warning"
    ALERT = "alert"

    @property
    def urgency(self) -> int:
        """Greater for what is more urgent."""
        return tuple(WatchdogState).index(self)


@dataclass(frozen=True, kw_only=True)
class WatchdogLimits:
    """Thresholds for one figure, in `unit`; a figure that reaches one has crossed it.

    A state is left for a less urgent one when the figure is below `recovery_ratio` of the state's threshold, or has
    been below the threshold itself for as long as `hold`: so a figure that hovers about a threshold changes little.

    Raises:
        InvalidConfigurationError: with every problem at once.
    """

    name: str
    unit: str
    subject: str = ""  # whose figure it is, where there are several of the name
    warning_threshold: float
    alert_threshold: float
    recovery_ratio: float = 0.9  # in (0, 1]
    hold: timedelta = timedelta(seconds=30)

    def __post_init__(self) -> None:
        if problems := [*self._problems()]:
            raise InvalidConfigurationError(f"Watchdog {self.name!r}", problems)

    def threshold(self, state: WatchdogState) -> float:
        """From where on a figure is in a state that is not `ok`."""
        return self.alert_threshold if state is WatchdogState.ALERT else self.warning_threshold

    def judge(self, value: float | None, *, share: float = 1.0) -> WatchdogState:
        """The state of a figure beside a share of the thresholds; where nothing was measured it is `ok`."""
        if value is None or value < self.warning_threshold * share:
            return WatchdogState.OK
        return WatchdogState.WARNING if value < self.alert_threshold * share else WatchdogState.ALERT

    def _problems(self) -> Iterator[str]:
        if self.warning_threshold <= 0:
            yield f"warning_threshold is {self.warning_threshold}; expected more than 0"
        if self.alert_threshold < self.warning_threshold:
            least = self.warning_threshold
            yield f"alert_threshold is {self.alert_threshold}; expected at least {least}, the warning's"
        if not 0 < self.recovery_ratio <= 1:
            yield f"recovery_ratio is {self.recovery_ratio}; expected a ratio in (0, 1]"
        if self.hold < _NO_TIME:
            yield f"hold is {self.hold}; expected at least 0 seconds"


@dataclass(frozen=True, kw_only=True)
class WatchdogReading:
    """A figure beside the thresholds that it was judged by; one without thresholds is for information alone."""

    name: str
    subject: str
    unit: str
    value: float | None  # None: nothing was there to measure
    warning_threshold: float | None
    alert_threshold: float | None
    state: WatchdogState
    seconds_in_state: float
    reason: str  # of the last change of state; "" before the first

    @property
    def full_name(self) -> str:
        """The name, and whose figure it is."""
        return full_name(self.name, self.subject)


@dataclass(frozen=True, kw_only=True)
class WatchdogChange:
    """A watchdog has changed its state."""

    name: str
    subject: str
    unit: str
    value: float | None
    from_state: WatchdogState
    to_state: WatchdogState
    reason: str


def full_name(name: str, subject: str) -> str:
    """The name under which journals and notices know a watchdog."""
    return f"{name}:{subject}" if subject else name


class Watchdog:
    """One figure under watch. It is decided when a figure is observed, from the instants given: no timer is needed."""

    def __init__(self, limits: WatchdogLimits, *, now: float) -> None:
        self._limits = limits
        self._hold = limits.hold.total_seconds()
        self._state = WatchdogState.OK
        self._value: float | None = None
        self._reason = ""
        self._since = now
        self._below_since: float | None = None  # since when the figure no longer gives reason for the state

    @property
    def state(self) -> WatchdogState:
        """As of the last observation."""
        return self._state

    def observe(self, value: float | None, now: float) -> WatchdogChange | None:
        """Take in the figure at this instant; the change, if it makes one."""
        before, self._value = self._state, value
        self._state, why = self._next(value, now)
        if self._state is self._limits.judge(value):
            self._below_since = None
        if self._state is before:
            return None
        self._since, self._reason = now, why
        if self._below_since is not None:
            self._below_since = now  # the new state has a time of its own to pass
        return WatchdogChange(
            name=self._limits.name,
            subject=self._limits.subject,
            unit=self._limits.unit,
            value=value,
            from_state=before,
            to_state=self._state,
            reason=why,
        )

    def reading(self, now: float) -> WatchdogReading:
        """The figure as it was observed last; looking changes nothing."""
        limits = self._limits
        return WatchdogReading(
            name=limits.name,
            subject=limits.subject,
            unit=limits.unit,
            value=self._value,
            warning_threshold=limits.warning_threshold,
            alert_threshold=limits.alert_threshold,
            state=self._state,
            seconds_in_state=now - self._since,
            reason=self._reason,
        )

    def _next(self, value: float | None, now: float) -> tuple[WatchdogState, str]:
        limits, state = self._limits, self._state
        judged = limits.judge(value)
        if judged.urgency >= state.urgency:
            return judged, f"{self._shown(value)}; the {judged} threshold is {self._number(limits.threshold(judged))}"
        if self._below_since is None:
            self._below_since = now
        threshold = self._number(limits.threshold(state))
        if now - self._below_since >= self._hold:
            return judged, f"{self._shown(value)}; below the {state} threshold of {threshold} for {self._hold:g} s"
        kept = state if value is None else limits.judge(value, share=limits.recovery_ratio)
        share = f"{limits.recovery_ratio:.0%} of the {state} threshold of {threshold}"
        return min(kept, state, key=lambda each: each.urgency), f"{self._shown(value)}; below {share}"

    def _shown(self, value: float | None) -> str:
        if value is None:
            return "nothing was measured"
        return self._number(value) if self._limits.unit == RATIO else f"{self._number(value)} {self._limits.unit}"

    def _number(self, value: float) -> str:
        return f"{value * 100:.4g}%" if self._limits.unit == RATIO else f"{value:.4g}"
