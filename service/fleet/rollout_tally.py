"""What this instance counts for a rollout: each request is booked in the block in which it was admitted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from service.reliability.rollout import Rollout
from service.reliability.rollout_counts import BLOCKS_PER_ROW, RolloutMinute, Tally, block_at
from service.reliability.slo import Slo, Variant

ROWS_KEPT = 3
"""Minutes kept here; what is older was published long ago, and stays on the board."""


@dataclass(slots=True, eq=False)
class Ticket:
    """One request that was admitted to a variant. Whoever answers it notes what the status does not tell."""

    variant: Variant
    caller: str  # hashed
    tally: Tally
    minute: RolloutMinute
    number: int  # of the minute
    admitted_at: float  # on the monotonic clock
    fell_back: bool = False  # because the variant's dependency failed
    first_attempt_failed: bool = False
    withheld: bool = False  # a mode or a flag kept the request from its variant, of which it tells nothing then
    overdue: bool = False  # booked as slow while it was still in flight


class RolloutTally:
    """The counts of one generation since this boot, by minute."""

    def __init__(self, rollout: Rollout, *, clock: Callable[[], float]) -> None:
        self.generation = rollout.generation
        self._started_at = rollout.started_at
        self._slow_above = rollout.config.slow_above.total_seconds()
        self._clock = clock
        self._minutes: dict[int, RolloutMinute] = {}
        self._unpublished: set[int] = set()
        self._in_flight: set[Ticket] = set()
        self._bad_unpublished = False

    def admit(self, rollout: Rollout, variant: Variant, caller: str, wall_now: float) -> Ticket:
        """Count a request that goes to a variant now."""
        block = block_at(wall_now, self._started_at)
        number = max(block // BLOCKS_PER_ROW, min(self._minutes, default=0))  # what is let go of is never written anew
        minute = self._minute(number)
        key = blake2b(caller.encode(), digest_size=6, salt=b"rollout").hexdigest()
        minute.callers_of(variant).saw(key)
        tally = minute.tally(block, rollout.stage, variant)
        tally.admitted += 1
        ticket = Ticket(variant, key, tally, minute, number, self._clock())
        self._in_flight.add(ticket)
        self._unpublished.add(number)
        return ticket

    def withdraw(self, ticket: Ticket) -> None:
        """The request tells nothing about its variant: its caller went away, or sent what cannot be answered."""
        self._in_flight.discard(ticket)
        if not ticket.overdue:  # which was its variant's doing
            ticket.tally.admitted -= 1
            self._unpublished.add(ticket.number)

    def end(self, ticket: Ticket, *, failed: bool) -> None:
        """The request was answered; `failed`: by an error of the server."""
        self._in_flight.discard(ticket)
        error = failed or ticket.fell_back
        slow = error or self._clock() - ticket.admitted_at > self._slow_above
        if not ticket.overdue:
            ticket.tally.finished += 1
        bad = {Slo.ERROR: error, Slo.SLOW: slow and not ticket.overdue, Slo.FIRST_ATTEMPT: ticket.first_attempt_failed}
        self._book(ticket, [slo for slo, holds in bad.items() if holds])

    def has_bad_news(self) -> bool:
        """Whether a bad outcome of the canary is unpublished; what is late in flight is booked as slow first."""
        latest = self._clock() - self._slow_above
        for ticket in self._in_flight:
            if ticket.admitted_at < latest and not ticket.overdue:
                ticket.overdue = True
                ticket.tally.finished += 1
                self._book(ticket, [Slo.SLOW])
        return self._bad_unpublished

    def unpublished(self) -> Iterator[tuple[int, RolloutMinute]]:
        """The minutes that changed since they were last published."""
        for number in sorted(self._unpublished):
            if number in self._minutes:
                yield number, self._minutes[number]

    def published(self, number: int) -> None:
        """A minute is on its way to the board."""
        self._unpublished.discard(number)
        self._bad_unpublished = False

    def unpublish(self, number: int) -> None:
        """A minute did not get onto the board after all."""
        self._unpublished.add(number)
        self._bad_unpublished = True

    def _book(self, ticket: Ticket, slos: list[Slo]) -> None:
        callers = ticket.minute.callers_of(ticket.variant)
        for slo in slos:
            ticket.tally.bad[slo] = ticket.tally.bad.get(slo, 0) + 1
            callers.suffered(ticket.caller, slo)
        self._unpublished.add(ticket.number)
        if slos and ticket.variant is Variant.CANARY:
            self._bad_unpublished = True

    def _minute(self, number: int) -> RolloutMinute:
        if number not in self._minutes:
            self._minutes[number] = RolloutMinute()
            for old in sorted(self._minutes)[:-ROWS_KEPT]:
                if old not in self._unpublished:
                    del self._minutes[old]
        return self._minutes[number]
