import dataclasses
from typing import Any

import msgspec
import pytest

from harness.criteria.criterion import Bound, Finding, Verdict
from harness.criteria.judgement import Limit, inconclusive, judged, not_asked
from harness.plan.requests import embed
from harness.plan.scenario import Phase, Scenario
from harness.record import RunRecord
from harness.results import Results, RunVerdict, assess
from tests.harness.rows import PHASE, record
from tests.harness.story import story
from tests.harness.synthetic_phases import CONTRAST
from tests.harness.synthetic_run import synthetic_run

LIMIT = Limit(value=1.0, bound=Bound.AT_MOST, unit="s")
FINDINGS = {
    "pass": judged(0.5, LIMIT, "fine"),
    "fail": judged(1.5, LIMIT, "too slow"),
    "inconclusive": inconclusive(LIMIT, "too few"),
    "not_asked": not_asked(LIMIT, "no fault"),
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Says:
    """A criterion that says what it is told to."""

    name: str
    finding: Finding
    phases: tuple[str, ...] = (PHASE,)

    def assess(self, record: RunRecord) -> Finding:
        return self.finding


def judge(*verdicts: str, **told: Any) -> Results:
    criteria = [Says(name=f"{verdict} {place}", finding=FINDINGS[verdict]) for place, verdict in enumerate(verdicts)]
    scenario = Scenario(
        name="small",
        title="Small",
        phases=[Phase(name=PHASE, seconds=10, rate=10)],
        requests=[embed],
        criteria=criteria,
    )
    return assess(scenario, record(**told))


@pytest.mark.parametrize(
    ("verdicts", "expected", "exit_code"),
    [
        (["pass", "pass"], RunVerdict.PASS, 0),
        (["pass", "not_asked"], RunVerdict.INCONCLUSIVE, 11),
        ([], RunVerdict.INCONCLUSIVE, 11),
        (["not_asked"], RunVerdict.INCONCLUSIVE, 11),
        (["pass", "inconclusive", "not_asked"], RunVerdict.INCONCLUSIVE, 11),
        (["pass", "inconclusive", "fail"], RunVerdict.FAIL, 10),
    ],
)
def test_a_run_is_as_good_as_its_worst_criterion(verdicts: list[str], expected: RunVerdict, exit_code: int) -> None:
    results = judge(*verdicts)
    assert (results.verdict, results.exit_code) == (expected, exit_code)


def test_an_aborted_run_outweighs_a_failure_and_an_invalid_one_outweighs_both() -> None:
    aborted = judge("fail", aborted="stopped by hand")
    assert (aborted.verdict, aborted.exit_code) == (RunVerdict.ABORTED, 12)
    assert aborted.sentence == "The run ended early: stopped by hand."
    invalid = judge("fail", aborted="stopped by hand", invalid=["the generator was late", "a worker went away"])
    assert (invalid.verdict, invalid.exit_code) == (RunVerdict.INVALID, 13)
    assert invalid.sentence == "No figure may be believed: the generator was late (and 1 more)."


def test_the_sentence_names_what_is_wrong() -> None:
    assert judge("pass", "pass").sentence == "All 2 criteria hold."
    assert judge("pass").sentence == "The one criterion holds."
    assert judge("pass", "not_asked").sentence == "1 of 2 criteria could not be asked: not_asked 1."
    undecided = "1 of 2 criteria could not be decided: inconclusive 0. 1 of 2 criteria could not be asked: not_asked 1."
    assert judge("inconclusive", "not_asked").sentence == undecided
    assert judge().sentence == "The scenario has no criteria."
    assert judge("pass", "fail", "inconclusive").sentence == "1 of 3 criteria fail: fail 1."
    assert judge("pass", "inconclusive").sentence == "1 of 2 criteria could not be decided: inconclusive 1."


def test_results_survive_being_written_and_read() -> None:
    results = assess(story(), synthetic_run(contrast=CONTRAST))
    assert msgspec.json.decode(msgspec.json.encode(results), type=Results) == results


def test_the_schema_of_the_results_can_be_told() -> None:
    schema = msgspec.json.schema(Results)
    assert set(schema["$defs"]["Results"]["required"]) >= {"scenario", "verdict", "criteria", "checks", "series"}


def test_a_part_that_did_not_run_leaves_no_hole() -> None:
    results = judge("pass", phases=[], fault=None)
    assert (results.series, results.figures, results.breakers) == ([], [], [])


def test_a_finding_of_fail_is_one_verdict_among_four() -> None:
    assert {verdict.value for verdict in Verdict} == set(FINDINGS)
