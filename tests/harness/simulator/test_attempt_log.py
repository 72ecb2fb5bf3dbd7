from harness.simulator.attempt_log import Attempt, AttemptLog, Result


def row(number: int) -> Attempt:
    return Attempt(
        request_id=f"r{number}",
        attempt=1,
        instance="i",
        permit="",
        model="m",
        arrived_at=float(number),
        ended_at=None,
        result=Result.OK,
        fault="",
    )


def log_of(count: int, *, capacity: int = 100) -> AttemptLog:
    log = AttemptLog(capacity=capacity)
    for number in range(1, count + 1):
        log.append(row(number))
    return log


def test_rows_are_numbered_from_one_in_the_order_of_arrival() -> None:
    page = log_of(3).page(after=0, limit=10)
    assert [(one.sequence, one.request_id) for one in page.attempts] == [(1, "r1"), (2, "r2"), (3, "r3")]
    assert (page.next, page.dropped) == (3, 0)


def test_pages_follow_each_other_without_gap_or_repetition() -> None:
    log, after, seen = log_of(25), 0, []
    for _ in range(4):
        page = log.page(after=after, limit=10)
        seen += [one.sequence for one in page.attempts]
        after = page.next
    assert seen == list(range(1, 26))


def test_nothing_new_leaves_the_reader_where_it_is() -> None:
    page = log_of(3).page(after=3, limit=10)
    assert (page.attempts, page.next, page.dropped) == ([], 3, 0)
    assert AttemptLog(capacity=1).page(after=0, limit=10).next == 0


def test_a_full_log_drops_the_oldest_and_says_how_many_a_reader_missed() -> None:
    log = log_of(10, capacity=4)
    page = log.page(after=0, limit=10)
    assert [one.sequence for one in page.attempts] == [7, 8, 9, 10]
    assert page.dropped == 6
    assert log.page(after=4, limit=10).dropped == 2
    assert log.page(after=6, limit=10).dropped == 0
    assert [one.sequence for one in log.page(after=8, limit=10).attempts] == [9, 10]


def test_a_reader_that_is_ahead_of_the_log_waits_there() -> None:
    page = log_of(3).page(after=50, limit=10)
    assert (page.attempts, page.next) == ([], 50)
