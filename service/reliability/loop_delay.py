"""How late an event loop does what is due, told from the timers that are set to find out."""

from service.reliability.latency_window import LatencyWindow

_MOST_MISSED = 1000  # timers that one delay stands for: enough for any that a caller waits for


class LoopDelayMeter:
    """Counts delays while requests are in flight, and at no other time.

    A platform may take the CPU away while nothing is in flight. A timer that was set before is then late by as long as
    the instance slept, and nobody waited for that: so a delay counts from the instant at which the first request was
    there, if that is later than the timer's. While a request is in flight the platform owes us the CPU, and what is
    late then is late for a caller. The loop may also be held up by the very request that ends in the same step: so
    when the last one ends, a timer that is overdue is counted as late as it is by then.

    A timer is set every `interval` seconds at most. One that is late stands for all that could not be set meanwhile,
    each late by one interval less: else a loop that stands still for long would be measured least often.
    """

    def __init__(self, delays: LatencyWindow, *, interval: float) -> None:
        self._delays = delays
        self._interval = interval
        self._busy_since: float | None = None
        self._due_at: float | None = None  # of the timer, unless its delay is counted already
        self._armed = False

    def began(self, now: float) -> bool:
        """The first request is in flight; whether a timer is to be set."""
        self._busy_since = now
        return not self._armed

    def armed(self, now: float) -> None:
        """A timer was set."""
        self._armed = True
        self._due_at = now + self._interval

    def fired(self, now: float) -> bool:
        """The timer has fired; whether another is to be set."""
        self._count(now)
        self._armed = False
        return self._busy_since is not None

    def ended(self, now: float) -> None:
        """No request is in flight any more."""
        if self._due_at is not None and now > self._due_at:
            self._count(now)
        self._busy_since = None

    def _count(self, now: float) -> None:
        if self._busy_since is None or self._due_at is None:
            return
        delay = now - max(self._due_at, self._busy_since)
        for missed in range(min(int(delay / self._interval), _MOST_MISSED) + 1):
            self._delays.record(max(0.0, delay - missed * self._interval), now)
        self._due_at = None
