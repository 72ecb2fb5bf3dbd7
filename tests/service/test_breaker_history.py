"""A breaker's past, as its journal has it."""

from service.reliability.breaker_states import BreakerState
from service.web.breaker_reports import CHANGES_AT_MOST, histories
from service.web.journal import Journal, Type

CLOSED, OPEN, HALF_OPEN = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN
TYPES = {OPEN: Type.BREAKER_OPENED, HALF_OPEN: Type.BREAKER_HALF_OPENED, CLOSED: Type.BREAKER_CLOSED}


class Past:
    """A journal that is written at given instants."""

    def __init__(self) -> None:
        self.now = 0.0
        self.journal = Journal(wall_clock=lambda: self.now)
        self.generation = 1

    def change(self, at: float, before: BreakerState, after: BreakerState, breaker: str = "a") -> None:
        self.now, self.generation = at, self.generation + 1
        detail = {"from": before, "to": after, "generation": self.generation}
        self.journal.record(TYPES[after], breaker, "", detail)

    def of(self, breaker: str, since: float) -> list[tuple[float, BreakerState]]:
        return [(each.at, each.state) for each in histories(self.journal, [breaker], since=since)[breaker]]


def test_a_breaker_that_never_changed_has_none() -> None:
    past = Past()
    past.change(10, CLOSED, OPEN, breaker="another")
    assert past.of("a", since=0) == []


def test_it_begins_with_the_state_that_held_then() -> None:
    past = Past()
    for at, before, after in ((10, CLOSED, OPEN), (20, OPEN, HALF_OPEN), (30, HALF_OPEN, CLOSED)):
        past.change(at, before, after)
    assert past.of("a", since=25) == [(20, HALF_OPEN), (30, CLOSED)]


def test_before_the_first_change_it_was_as_that_found_it() -> None:
    past = Past()
    past.change(10, CLOSED, OPEN)
    assert past.of("a", since=5) == [(5, CLOSED), (10, OPEN)]


def test_however_often_it_changed_the_list_is_bounded() -> None:
    past = Past()
    for number in range(1000):
        past.change(100 + number, OPEN, HALF_OPEN)
    assert len(past.of("a", since=0)) == CHANGES_AT_MOST
