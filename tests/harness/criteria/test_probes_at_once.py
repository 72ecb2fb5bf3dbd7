"""How many probes a half-open breaker has out at once."""

from harness.criteria.criterion import Verdict
from tests.harness.criteria.breaker_run import BUSY, PROBES
from tests.harness.rows import attempt, journal, record, request


def probing(*spans: tuple[float, float | None]) -> list[int]:
    attempts = [
        attempt(f"r{number}", at, ended_at=end, permit="3-half_open", result="ok" if end else "hang")
        for number, (at, end) in enumerate(spans)
    ]
    told = journal((3, "opened"), (6, "half_opened"), (7, "closed"))
    requests = [request(f"r{number}", at, seconds=0.5) for number, (at, _) in enumerate(spans)]
    finding = PROBES.assess(record(requests=requests, attempts=attempts, journal=told))
    return [int(finding.value or 0), finding.verdict is Verdict.PASS]


def test_probes_at_once_are_counted_at_the_same_instant_not_in_all() -> None:
    assert probing((6.0, 6.1), (6.1, 6.2), (6.15, 6.3), (6.3, 6.4)) == [2, True]


def test_one_probe_more_than_allowed_at_once_fails() -> None:
    assert probing((6.0, 6.5), (6.1, 6.5), (6.2, 6.5)) == [3, True]
    assert probing((6.0, 6.5), (6.1, 6.5), (6.2, 6.5), (6.3, 6.5)) == [4, False]


def test_a_probe_that_is_never_answered_is_out_until_its_request_ends() -> None:
    assert probing((6.0, None), (6.1, None), (6.2, None), (6.55, None)) == [3, True]
    assert probing((6.0, None), (6.1, None), (6.2, None), (6.45, None)) == [4, False]


def test_probes_of_different_half_open_times_do_not_add_up() -> None:
    told = journal((3, "opened"), (6, "half_opened"), (6.1, "opened"), (6.2, "half_opened"), (7, "closed"))
    attempts = [
        attempt(f"r{number}", at, ended_at=6.5, permit=permit)
        for number, (at, permit) in enumerate(
            [(6.05, "3-half_open"), (6.06, "3-half_open"), (6.25, "5-half_open"), (6.26, "5-half_open")]
        )
    ]
    finding = PROBES.assess(record(requests=BUSY, attempts=attempts, journal=told))
    assert finding.value == 2


def test_without_a_probe_nothing_is_said_about_probes() -> None:
    assert PROBES.assess(record(requests=BUSY)).verdict is Verdict.INCONCLUSIVE
