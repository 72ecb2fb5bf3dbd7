"""Whether a fault is met: a pure function of the fault, the instant, the request and the attempt."""

import dataclasses

from harness.plan.scenario import FaultPer
from harness.simulator.draw import draw
from harness.simulator.fault import Fault


@dataclasses.dataclass(frozen=True, kw_only=True)
class LeasedFault:
    """A fault and the instant since when it is set; it ends by itself. Instants are in seconds of one clock."""

    fault: Fault
    since: float

    @property
    def until(self) -> float:
        """The end of the lease."""
        return self.since + self.fault.seconds

    def expired(self, now: float) -> bool:
        """Whether the lease is over."""
        return now >= self.until

    def on(self, now: float) -> bool:
        """Whether the fault is active: within its lease, and not in the off half of its period."""
        if not self.since <= now < self.until:
            return False
        return self.fault.period is None or int((now - self.since) / self.fault.period) % 2 == 0

    def meets(self, *, now: float, request_id: str, attempt: int) -> bool:
        """Whether this attempt meets the fault."""
        if not self.on(now):
            return False
        if self.fault.per is FaultPer.FIRST_ATTEMPT and attempt > 1:
            return False
        names: tuple[object, ...] = ("fate", self.fault.seed, request_id)
        if self.fault.per is FaultPer.ATTEMPT:
            names += (attempt,)
        return draw(*names) < self.fault.share

    def next_change(self, now: float) -> float | None:
        """When `on` may next answer differently; None once the lease is over."""
        if self.expired(now):
            return None
        if self.fault.period is None:
            return self.until
        halves = int((now - self.since) / self.fault.period) + 1
        return min(self.until, self.since + halves * self.fault.period)
