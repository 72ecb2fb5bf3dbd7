"""A figure that somebody should look at once it grows too large."""

from dataclasses import dataclass
from enum import StrEnum

from service.reliability.invalid_configuration import InvalidConfigurationError


class WatchdogState(StrEnum):
    """How urgent a figure is."""

    OK = "ok"
    WARNING = "warning"
    ALERT = "alert"


@dataclass(frozen=True, kw_only=True)
class WatchdogReading:
    """A figure beside the thresholds that it was judged by."""

    name: str
    unit: str
    value: float | None  # None: nothing was there to measure
    warning_threshold: float
    alert_threshold: float
    state: WatchdogState


@dataclass(frozen=True, kw_only=True)
class Watchdog:
    """Thresholds for one figure, in `unit`; a figure that reaches one has crossed it.

    Raises:
        InvalidConfigurationError: the warning would not come before the alert.
    """

    name: str
    unit: str
    alert_threshold: float
    warning_share: float = 0.8  # of the alert's threshold, in (0, 1]

    def __post_init__(self) -> None:
        problems = []
        if self.alert_threshold <= 0:
            problems.append(f"alert_threshold is {self.alert_threshold}; expected more than 0")
        if not 0 < self.warning_share <= 1:
            problems.append(f"warning_share is {self.warning_share}; expected a ratio in (0, 1]")
        if problems:
            raise InvalidConfigurationError(f"Watchdog {self.name!r}", problems)

    def read(self, value: float | None) -> WatchdogReading:
        """Judge a figure; where there was nothing to measure there is nothing to alert about."""
        return WatchdogReading(
            name=self.name,
            unit=self.unit,
            value=value,
            warning_threshold=self._warning_threshold,
            alert_threshold=self.alert_threshold,
            state=self._state(value),
        )

    @property
    def _warning_threshold(self) -> float:
        return self.alert_threshold * self.warning_share

    def _state(self, value: float | None) -> WatchdogState:
        if value is None or value < self._warning_threshold:
            return WatchdogState.OK
        return WatchdogState.WARNING if value < self.alert_threshold else WatchdogState.ALERT
