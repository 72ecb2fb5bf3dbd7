from service.reliability.notice_limit import NoticeLimit, Told


def limit() -> NoticeLimit[str]:
    return NoticeLimit(per_minute=2)


def test_what_happens_rarely_is_told_at_once() -> None:
    notices = limit()
    assert notices.offer("a", "one", 0) == Told("one", 0)
    assert notices.offer("a", "two", 1) == Told("two", 0)
    assert notices.offer("a", "three", 61) == Told("three", 0)


def test_what_happens_too_often_waits_and_is_summed_up_in_the_newest() -> None:
    notices = limit()
    for number in range(2):
        notices.offer("a", f"{number}", number)
    assert [notices.offer("a", f"{number}", number) for number in range(2, 50)] == [None] * 48
    assert [*notices.due(59)] == []
    assert notices.next_due_in(50) == 10
    assert [*notices.due(60)] == [Told("49", 47)]
    assert [*notices.due(1000)] == []
    assert notices.next_due_in(1000) is None


def test_a_newer_one_that_may_be_told_stands_for_those_that_waited() -> None:
    notices = limit()
    for number in range(4):
        notices.offer("a", f"{number}", number)
    assert notices.offer("a", "newest", 60) == Told("newest", 2)


def test_one_subject_does_not_wait_for_another() -> None:
    notices = limit()
    for number in range(3):
        notices.offer("a", f"{number}", 0)
    assert notices.offer("b", "other", 0) == Told("other", 0)
    assert [*notices.due(60)] == [Told("2", 0)]


def test_what_waits_can_be_told_at_once_when_all_ends() -> None:
    notices = limit()
    for number in range(4):
        notices.offer("a", f"{number}", 0)
    notices.offer("b", "other", 0)
    assert [*notices.flush(1)] == [Told("3", 1)]
    assert [*notices.flush(1)] == []


def test_a_minute_is_over_for_a_notice_when_sixty_seconds_have_passed() -> None:
    notices = limit()
    for number in range(2):
        notices.offer("a", f"{number}", 1000 + number)
    assert notices.offer("a", "first", 1059.9) is None
    assert notices.offer("a", "second", 1060) == Told("second", 1)
    assert notices.offer("a", "third", 1060) is None
    assert notices.next_due_in(1060) == 1


def test_a_notice_that_waited_counts_in_the_minute_in_which_it_is_told() -> None:
    notices = limit()
    for number in range(4):
        notices.offer("a", f"{number}", number)
    assert [*notices.due(60)] == [Told("3", 1)]
    assert notices.offer("a", "more", 60.5) is None
    assert [*notices.flush(60.5)] == [Told("more", 0)]
    assert notices.offer("a", "too soon", 119.5) is None
    assert notices.next_due_in(119.5) == 0.5
    assert notices.offer("a", "in time", 120.5) == Told("in time", 1)
