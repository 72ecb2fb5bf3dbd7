"""How often somebody is told about one thing: what changes back and forth is no news each time."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

N = TypeVar("N")

_MINUTE = 60.0


@dataclass(frozen=True)
class Told(Generic[N]):
    """A notice to be told now, and how many before it, of the same subject, it stands for."""

    notice: N
    summed_up: int


@dataclass
class _Subject(Generic[N]):
    told_at: deque[float] = field(default_factory=deque)
    waiting: N | None = None
    waited: int = 0  # notices that were not told since the last one was


class NoticeLimit(Generic[N]):
    """At most `per_minute` notices of a subject in any minute.

    Of those beyond, the newest waits until the minute allows another, or until it is flushed, and stands for the ones
    before it: so the last that is told of a subject is always the last that happened. Decided from the instants given,
    which are of one clock.
    """

    def __init__(self, *, per_minute: int) -> None:
        self._per_minute = per_minute
        self._subjects: dict[str, _Subject[N]] = {}

    def offer(self, subject: str, notice: N, now: float) -> Told[N] | None:
        """Something happened to a subject; what is to be told now, if anything is."""
        found = self._subjects.setdefault(subject, _Subject())
        found.waiting = notice
        found.waited += 1
        return self._told(found, now) if self._allowed_at(found, now) <= now else None

    def due(self, now: float) -> Iterator[Told[N]]:
        """What has waited for long enough."""
        for subject in self._subjects.values():
            if subject.waiting is not None and self._allowed_at(subject, now) <= now:
                yield self._told(subject, now)

    def next_due_in(self, now: float) -> float | None:
        """Seconds until something has waited for long enough; None while nothing waits."""
        waiting = (subject for subject in self._subjects.values() if subject.waiting is not None)
        return min((self._allowed_at(subject, now) - now for subject in waiting), default=None)

    def flush(self, now: float) -> Iterator[Told[N]]:
        """What waits, however often its subject was told of."""
        for subject in self._subjects.values():
            if subject.waiting is not None:
                yield self._told(subject, now)

    def _allowed_at(self, subject: _Subject[N], now: float) -> float:
        while subject.told_at and now - subject.told_at[0] >= _MINUTE:
            subject.told_at.popleft()
        return now if len(subject.told_at) < self._per_minute else subject.told_at[0] + _MINUTE

    def _told(self, subject: _Subject[N], now: float) -> Told[N]:
        assert subject.waiting is not None  # noqa: S101 - the callers have looked
        told = Told(subject.waiting, subject.waited - 1)
        subject.told_at.append(now)
        subject.waiting, subject.waited = None, 0
        return told
