import pytest

from harness.criteria.availability import Availability
from harness.criteria.criterion import Verdict
from harness.criteria.extra_latency_while_open import ExtraLatencyWhileOpen
from harness.criteria.goodput import Goodput
from harness.criteria.latency import Latency
from harness.criteria.retry_share import RetryShare
from harness.criteria.shed_has_retry_after import ShedHasRetryAfter
from harness.record import Outcome, RequestRow
from tests.harness.rows import PHASE, attempt, record, request


def outcomes(**counts: int) -> list[RequestRow]:
    rows = [(outcome, f"{outcome}{number}") for outcome, count in counts.items() for number in range(count)]
    return [request(name, 1.0, outcome=Outcome(outcome)) for outcome, name in rows]


def test_goodput_counts_the_served_and_availability_the_answered_among_all_but_the_refused() -> None:
    run = record(requests=outcomes(served=80, fallback=10, failed=5, timed_out=3, shed=2, refused=900))
    assert Goodput(phase=PHASE, at_least=0.8).assess(run).value == pytest.approx(0.80)
    finding = Availability(phase=PHASE, at_least=0.9).assess(run)
    assert finding.value == pytest.approx(0.90)
    assert finding.verdict is Verdict.PASS
    assert finding.interval == pytest.approx((0.826, 0.945), abs=1e-3)


@pytest.mark.parametrize("criterion", [Goodput(phase=PHASE, at_least=0.98), Availability(phase=PHASE, at_least=0.98)])
def test_twice_the_errors_that_the_limit_allows_fail(criterion: Goodput | Availability) -> None:
    assert criterion.assess(record(requests=outcomes(served=98, failed=2))).verdict is Verdict.PASS
    assert criterion.assess(record(requests=outcomes(served=96, failed=4))).verdict is Verdict.FAIL


def test_a_share_of_few_requests_says_nothing() -> None:
    for count in (0, 49):
        finding = Goodput(phase=PHASE, at_least=0.98).assess(record(requests=outcomes(served=count)))
        assert finding.verdict is Verdict.INCONCLUSIVE


def test_goodput_of_named_kinds_leaves_the_others_out() -> None:
    criterion = Goodput(phase=PHASE, requests=("read_document",), at_least=0.99)
    assert criterion.name == f"goodput of read_document · {PHASE}"
    reads = [request(f"d{number}", 1.0, request="read_document", attempts=None) for number in range(60)]
    broken = outcomes(failed=100)
    assert criterion.assess(record(requests=reads + broken)).verdict is Verdict.PASS
    reads[:2] = [request(f"d{number}", 1.0, request="read_document", outcome=Outcome.FAILED) for number in range(2)]
    assert criterion.assess(record(requests=reads + broken)).verdict is Verdict.FAIL


def test_latency_counts_from_the_planned_instant_and_those_without_an_answer_too() -> None:
    late = [request(f"r{number}", 1.0, planned_at=0.8) for number in range(98)]
    hung = [request(f"h{number}", 1.0, seconds=4.8, planned_at=0.8, outcome=Outcome.TIMED_OUT) for number in range(2)]
    run = record(requests=late + hung)
    assert Latency(phase=PHASE, quantile=0.5, at_most=250).assess(run).value == pytest.approx(220)
    finding = Latency(phase=PHASE, quantile=0.99, at_most=2500).assess(run)
    assert finding.value == pytest.approx(5000)
    assert finding.verdict is Verdict.FAIL


def test_a_percentile_needs_more_requests_the_higher_it_is() -> None:
    run = record(requests=[request(f"r{number}", 1.0) for number in range(50)])
    assert Latency(phase=PHASE, quantile=0.9, at_most=100).assess(run).verdict is Verdict.PASS
    assert Latency(phase=PHASE, quantile=0.99, at_most=100).assess(run).verdict is Verdict.INCONCLUSIVE


def test_latency_of_named_kinds_leaves_the_others_out() -> None:
    slow = [request(f"s{number}", 1.0, seconds=1.0, request="search_documents") for number in range(100)]
    run = record(requests=slow + [request(f"r{number}", 1.0) for number in range(100)])
    assert Latency(phase=PHASE, quantile=0.99, at_most=50, requests=("embed",)).assess(run).verdict is Verdict.PASS
    assert Latency(phase=PHASE, quantile=0.99, at_most=50).assess(run).verdict is Verdict.FAIL


def test_there_is_no_percentile_of_one_or_more() -> None:
    with pytest.raises(ValueError, match="quantile is 99"):
        Latency(phase=PHASE, quantile=99, at_most=50)


def test_extra_latency_while_open_is_that_of_answers_for_which_nothing_was_tried() -> None:
    criterion = ExtraLatencyWhileOpen(phase=PHASE, at_most=10)

    def rejected(prefix: str, count: int, **told: object) -> list[RequestRow]:
        usual = {"outcome": Outcome.FALLBACK, "reason": "circuit_open", "attempts": 0} | told
        return [request(f"{prefix}{number}", 1.0, **usual) for number in range(count)]

    tried_first = rejected("t", 50, attempts=1, seconds=0.6)
    served = [request(f"r{number}", 1.0, seconds=0.3) for number in range(50)]
    quick = rejected("q", 106, seconds=0.005)
    finding = criterion.assess(record(requests=quick + tried_first + served))
    assert finding.value == pytest.approx(5)
    assert finding.sentence.startswith("p99 of 106 answers that were given without an attempt: 5.0 ms;")
    assert criterion.assess(record(requests=quick[:99])).verdict is Verdict.INCONCLUSIVE
    assert criterion.assess(record(requests=rejected("s", 106, seconds=0.02))).verdict is Verdict.FAIL
    assert criterion.assess(record(requests=tried_first + served)).verdict is Verdict.INCONCLUSIVE


def test_retries_are_counted_by_the_dependency_not_by_the_answers() -> None:
    criterion = RetryShare(dependency="embeddings", phase=PHASE, at_most=0.25)
    first = [attempt(f"r{number}", 2.0) for number in range(40)]

    def again(count: int) -> list[float | str | None]:
        retries = [attempt(f"r{number}", 2.1, attempt=2) for number in range(count)]
        elsewhere = [attempt(f"r{number}", 2.1, attempt=2, dependency="event_queue") for number in range(40)]
        later = [attempt(f"r{number}", 12.0, attempt=3) for number in range(40)]
        finding = criterion.assess(record(attempts=first + retries + elsewhere + later))
        return [finding.value, finding.verdict]

    assert again(10) == [0.25, Verdict.PASS]
    assert again(20) == [0.5, Verdict.FAIL]
    assert criterion.assess(record(attempts=first[:19])).verdict is Verdict.INCONCLUSIVE
    assert criterion.assess(record(phases=[])).verdict is Verdict.NOT_ASKED


def test_each_503_must_say_when_to_retry() -> None:
    criterion = ShedHasRetryAfter(phase=PHASE)
    shed = [request(f"s{number}", 1.0, status=503, outcome=Outcome.SHED) for number in range(20)]
    rude = [request("rude", 1.0, status=503, outcome=Outcome.FAILED)]
    other = [request(f"f{number}", 1.0, status=502, outcome=Outcome.FAILED) for number in range(20)]
    assert criterion.assess(record(requests=shed + other)).verdict is Verdict.PASS
    assert criterion.assess(record(requests=shed + rude)).verdict is Verdict.FAIL
    assert criterion.assess(record(requests=other)).verdict is Verdict.INCONCLUSIVE
