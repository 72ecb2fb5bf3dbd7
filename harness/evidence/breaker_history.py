"""The life of one breaker on one instance, as its journal tells it."""

import dataclasses
from bisect import bisect_right
from collections.abc import Iterator
from enum import StrEnum

from harness.record import JournalRow, RunRecord


class BreakerState(StrEnum):
    """How a breaker treats calls."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"
    ISOLATED = "isolated"


STATE_AFTER = {
    "breaker_opened": BreakerState.OPEN,
    "breaker_half_opened": BreakerState.HALF_OPEN,
    "breaker_closed": BreakerState.CLOSED,
    "breaker_isolated": BreakerState.ISOLATED,
    "breaker_reset": BreakerState.CLOSED,
}
"""The state that each type of transition leads to."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stay:
    """A stretch of time in one state: one generation of the breaker."""

    state: BreakerState
    generation: int | None  # None: the journal never told, because the breaker never changed
    started_at: float
    ended_at: float
    reason: str = ""  # why it began, in the journal's words
    event: str = ""  # the journal's entry, as "instance#sequence"


@dataclasses.dataclass(frozen=True, kw_only=True)
class BreakerHistory:
    """Every stay of one breaker on one instance, without gaps, from the start of the run to its end."""

    instance: str
    breaker: str
    stays: tuple[Stay, ...]

    def at(self, instant: float) -> Stay:
        """The stay that an instant falls into."""
        return self.stays[max(0, bisect_right(self.stays, instant, key=_start) - 1)]

    def between(self, since: float, until: float) -> tuple[Stay, ...]:
        """The stays that overlap a stretch of time."""
        first = max(0, bisect_right(self.stays, since, key=_start) - 1)
        return self.stays[first : bisect_right(self.stays, until, key=_start)]

    def entered(self, state: BreakerState, *, since: float, until: float) -> Iterator[Stay]:
        """The stays in a state that began within a stretch of time."""
        return (stay for stay in self.stays[1:] if stay.state is state and since <= stay.started_at < until)


def _start(stay: Stay) -> float:
    return stay.started_at


def breaker_history(record: RunRecord, instance: str, breaker: str) -> BreakerHistory:
    """What the journal tells of a breaker; closed all along when it tells nothing.

    What came before its first entry is taken from that entry: the warm-up may have moved the breaker already.
    """
    rows = [
        row for row in record.journal if row.instance == instance and row.subject == breaker and row.type in STATE_AFTER
    ]
    rows.sort(key=lambda row: row.at)
    ends = [*(row.at for row in rows), max(record.ended_at, record.started_at)]
    first = generation_of(rows[0]) if rows else None
    before = None if first is None else first - 1
    state = state_before(rows[0]) if rows else BreakerState.CLOSED
    stays = [Stay(state=state, generation=before, started_at=record.started_at, ended_at=ends[0])]
    stays += [
        Stay(
            state=STATE_AFTER[row.type],
            generation=generation_of(row),
            started_at=row.at,
            ended_at=end,
            reason=row.reason,
            event=event_id(row),
        )
        for row, end in zip(rows, ends[1:], strict=True)
    ]
    return BreakerHistory(instance=instance, breaker=breaker, stays=tuple(stays))


def generation_of(row: JournalRow) -> int | None:
    """The generation that a transition began, if its detail names one."""
    generation = row.detail.get("generation")
    return generation if isinstance(generation, int) else None


def state_before(row: JournalRow) -> BreakerState:
    """The state that a transition ended; closed, as every breaker begins, if its detail names none."""
    named = row.detail.get("from")
    return BreakerState(named) if named in set(BreakerState) else BreakerState.CLOSED


def event_id(row: JournalRow) -> str:
    """How evidence names an entry of a journal."""
    return f"{row.instance}#{row.sequence}"


def dependency_of(breaker: str) -> str:
    """The dependency that a breaker guards: `embeddings:stable` guards `embeddings`."""
    return breaker.partition(":")[0]
