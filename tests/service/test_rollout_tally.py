from service.fleet.rollout_tally import RolloutTally, Ticket
from service.reliability.rollout_counts import FleetCounts, RolloutMinute
from service.reliability.slo import Slo, Variant
from tests.unit.reliability.rollouts import CONFIG, started


class Fixture:
    """A tally of a rollout that started at second 0; both clocks stand still unless moved."""

    def __init__(self) -> None:
        self.now = 0.0
        self.rollout = started(config=CONFIG)
        self.tally = RolloutTally(self.rollout, clock=lambda: self.now)

    def admit(self, caller: str = "a", variant: Variant = Variant.CANARY, *, at: float | None = None) -> Ticket:
        return self.tally.admit(self.rollout, variant, caller, self.now if at is None else at)

    def published(self) -> dict[int, RolloutMinute]:
        minutes = dict(self.tally.unpublished())
        for number in minutes:
            self.tally.published(number)
        return minutes

    def counts(self, slo: Slo) -> list[tuple[int, tuple[int, int, int, int]]]:
        minutes = [minute for _, minute in self.tally.unpublished()]
        return [(index, tuple(block)) for index, block in FleetCounts(minutes, instances=1).blocks(slo)]  # type: ignore[misc]


def test_a_bad_outcome_is_booked_in_the_block_in_which_its_request_was_admitted() -> None:
    under_test = Fixture()
    ticket = under_test.admit()
    under_test.now = 6.0
    under_test.admit()
    under_test.tally.end(ticket, failed=True)
    assert under_test.counts(Slo.ERROR) == [(1, (1, 1, 0, 0)), (2, (1, 0, 0, 0))]


def test_a_fallback_is_an_error_and_an_error_is_slow() -> None:
    under_test = Fixture()
    ticket = under_test.admit()
    ticket.fell_back = True
    under_test.tally.end(ticket, failed=False)
    assert [under_test.counts(slo) for slo in (Slo.ERROR, Slo.SLOW)] == [[(1, (1, 1, 0, 0))]] * 2
    assert under_test.counts(Slo.FIRST_ATTEMPT) == [(1, (1, 0, 0, 0))]


def test_a_first_attempt_that_failed_counts_although_a_retry_answered() -> None:
    under_test = Fixture()
    ticket = under_test.admit()
    ticket.first_attempt_failed = True
    under_test.tally.end(ticket, failed=False)
    assert under_test.counts(Slo.FIRST_ATTEMPT) == [(1, (1, 1, 0, 0))]
    assert under_test.counts(Slo.ERROR) == [(1, (1, 0, 0, 0))]


def test_a_request_that_is_late_is_slow_while_it_is_still_in_flight_and_only_once() -> None:
    under_test = Fixture()
    ticket = under_test.admit()
    assert not under_test.tally.has_bad_news()
    under_test.now = 0.5
    assert under_test.tally.has_bad_news()
    assert under_test.tally.has_bad_news()
    under_test.tally.end(ticket, failed=False)
    assert under_test.counts(Slo.SLOW) == [(1, (1, 1, 0, 0))]


def test_a_request_that_tells_nothing_is_taken_out_again() -> None:
    under_test = Fixture()
    under_test.tally.withdraw(under_test.admit())
    assert under_test.counts(Slo.ERROR) == []


def test_only_bad_news_of_the_canary_are_urgent() -> None:
    under_test = Fixture()
    under_test.tally.end(under_test.admit(variant=Variant.STABLE), failed=True)
    assert not under_test.tally.has_bad_news()
    under_test.tally.end(under_test.admit(), failed=True)
    assert under_test.tally.has_bad_news()
    under_test.published()
    assert not under_test.tally.has_bad_news()


def test_what_was_published_is_published_again_only_when_it_changed() -> None:
    under_test = Fixture()
    ticket = under_test.admit()
    assert list(under_test.published()) == [0]
    assert under_test.published() == {}
    under_test.tally.end(ticket, failed=False)
    assert list(under_test.published()) == [0]


def test_a_minute_that_could_not_be_published_is_kept_for_the_next_time() -> None:
    under_test = Fixture()
    under_test.admit()
    (number,) = under_test.published()
    under_test.tally.unpublish(number)
    assert list(under_test.published()) == [0]
    assert under_test.tally.has_bad_news() is False


def test_old_minutes_are_let_go_of_once_they_are_published_and_never_begun_anew() -> None:
    under_test = Fixture()
    for minute in range(6):
        under_test.admit(at=60.0 * minute)
        under_test.published()
    under_test.admit(at=0.0)  # a clock that stepped back by minutes
    assert list(under_test.published()) == [3]


def test_callers_are_hashed_and_few_are_kept() -> None:
    under_test = Fixture()
    for number in range(10):
        under_test.tally.end(under_test.admit(f"caller {number}"), failed=True)
    (minute,) = under_test.published().values()
    callers = minute.callers_of(Variant.CANARY)
    assert (len(callers.seen), len(callers.bad[Slo.ERROR])) == (3, 3)
    assert not any("caller" in key for key in callers.seen)
