"""What the page tells of gates and rollouts."""

import pytest

from harness.record import CpuSpan, JournalRow, Part, PhaseSpan
from harness.report.html_page import html_page
from harness.report.markdown import markdown
from harness.results import Results, assess
from tests.harness.rows import record, request
from tests.harness.story import story


def told(sequence: int, at: float, kind: str, subject: str, reason: str = "", **detail: object) -> JournalRow:
    return JournalRow(
        instance="a",
        boot_id="boot",
        sequence=sequence,
        at=at,
        type=kind,
        subject=subject,
        reason=reason,
        detail=detail,
    )


def judged(*journal: JournalRow) -> Results:
    return assess(story(), record(journal=journal, requests=[request("one", 0.5)]))


@pytest.fixture(scope="module")
def results() -> Results:
    return judged(
        told(1, 2.0, "readiness_lost", "a", gates=["document_database"]),
        told(2, 4.5, "readiness_regained", "a"),
        told(3, 9.0, "readiness_lost", "a", gates=["event_queue"]),
        told(4, 5.0, "rollout_started", "embeddings", "try <it>", status="running", weight=0.1),
        told(5, 7.0, "rollout_rolled_back", "embeddings", "error: 3 of 3", status="rolled_back", weight=0.0),
    )


def test_the_timeline_tells_when_an_instance_was_not_ready_and_why(results: Results) -> None:
    page = html_page(results)
    assert "Readiness of a" in page
    assert 'title="not ready for 2.5 s: document_database"' in page
    assert 'title="not ready for 1.0 s: event_queue"' in page  # until the end of the timeline


def test_the_timeline_draws_the_weight_of_a_canary_and_marks_its_rollback(results: Results) -> None:
    page = html_page(results)
    assert "Callers on the canary of embeddings" in page
    assert "started at 10.0%; rolled back at 0%" in page
    assert "<title>rolled back: error: 3 of 3</title>" in page


def test_each_change_of_a_rollout_is_told_with_its_reason(results: Results) -> None:
    assert "| 7.0 s | rolled back | 0% | error: 3 of 3 |" in markdown(results)
    page = html_page(results)
    assert "try &lt;it&gt;" in page
    assert 'id="rollouts"' in page


def test_a_run_in_which_nothing_was_decided_shows_neither() -> None:
    page = html_page(judged())
    assert "Readiness of" not in page
    assert "rollouts" not in page


def test_the_cpu_time_of_both_parts_stands_side_by_side_where_it_was_measured() -> None:
    spans = [PhaseSpan(part=part, phase="block", started_at=0.0, ended_at=10.0) for part in Part]
    requests = [request(f"{part} {n}", 1.0, part=part, phase="block") for part in Part for n in range(4)]
    cpu = [CpuSpan(part=Part.MAIN, phase="block", seconds=0.0024)]
    cpu += [CpuSpan(part=Part.CONTRAST, phase="block", seconds=0.002)]
    measured = assess(story(), record(requests=requests, phases=spans, fault=None, cpu=cpu))
    assert "| block | 600 µs | 500 µs |" in markdown(measured)
    assert "600 µs" in html_page(measured)
    untold = assess(story(), record(requests=requests, phases=spans, fault=None))
    assert "CPU time" not in markdown(untold) + html_page(untold)
