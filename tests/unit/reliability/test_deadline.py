from service.reliability.deadline import Deadline


def test_time_runs_out_and_never_goes_below_nothing() -> None:
    deadline = Deadline(105)
    assert [deadline.remaining(now) for now in (100, 104, 105, 200)] == [5, 1, 0, 0]
