import pytest

from harness.criteria.bootstrap import bootstrap_interval
from harness.criteria.criterion import Verdict
from harness.criteria.overhead import CpuRatio, LatencyRatio
from harness.record import CpuSpan, Part, PhaseSpan, RequestRow, RunRecord
from tests.harness.rows import record, request

BLOCKS = ("block 1", "block 2", "block 3")


def run(*, on: float = 1.2, off: float = 1.0, cpu: bool = True, requests: int = 100, slow: float = 0.02) -> RunRecord:
    """Three pairs of blocks with so many requests each, and so many milliseconds of CPU for each request."""
    rows: list[RequestRow] = []
    spans, used = [], []
    for part, milliseconds, seconds in ((Part.MAIN, on, slow), (Part.CONTRAST, off, 0.02)):
        for block in BLOCKS:
            spans.append(PhaseSpan(part=part, phase=block, started_at=0.0, ended_at=4.0))
            used.append(CpuSpan(part=part, phase=block, seconds=requests * milliseconds / 1000))
            rows += [
                request(f"{part} {block} {number}", 1.0, part=part, phase=block, seconds=seconds)
                for number in range(requests)
            ]
    return record(requests=rows, phases=spans, cpu=used if cpu else [], fault=None)


def test_the_cpu_of_a_request_is_compared_with_that_of_one_without_the_layer() -> None:
    criterion = CpuRatio(phases=BLOCKS, at_most=1.25)
    finding = criterion.assess(run())
    assert finding.verdict is Verdict.PASS
    assert finding.value == pytest.approx(1.2)
    assert finding.interval == pytest.approx((1.2, 1.2))
    assert finding.sentence == "1200 µs with it, 1000 µs without it."
    assert criterion.assess(run(on=1.3)).verdict is Verdict.FAIL


def test_the_latency_of_the_slowest_is_compared_too() -> None:
    criterion = LatencyRatio(phases=BLOCKS, at_most=2.0)
    assert criterion.assess(run(slow=0.03)).value == pytest.approx(1.5)
    assert criterion.assess(run(slow=0.05)).verdict is Verdict.FAIL


def test_few_requests_tell_nothing_of_a_price() -> None:
    for criterion in (CpuRatio(phases=BLOCKS, at_most=2.0), LatencyRatio(phases=BLOCKS, at_most=2.0)):
        assert criterion.assess(run(requests=60)).verdict is Verdict.INCONCLUSIVE


def test_without_a_twin_or_its_cpu_seconds_nothing_is_asked() -> None:
    assert CpuRatio(phases=BLOCKS, at_most=2.0).assess(run(cpu=False)).verdict is Verdict.NOT_ASKED
    for criterion in (CpuRatio(phases=BLOCKS, at_most=2.0), LatencyRatio(phases=BLOCKS, at_most=2.0)):
        assert criterion.assess(record(fault=None)).verdict is Verdict.NOT_ASKED


def test_an_interval_holds_the_estimate_and_is_the_same_each_time() -> None:
    observed = [1.0, 2.0, 3.0, 4.0, 5.0] * 20
    low, high = bootstrap_interval(observed, lambda drawn: sum(drawn) / len(drawn))
    assert 2.5 < low < 3.0 < high < 3.5
    assert (low, high) == bootstrap_interval(observed, lambda drawn: sum(drawn) / len(drawn))
