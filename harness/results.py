"""The results of a run: what `results.json` holds, and what every other artefact is a function of."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from harness.criteria.criterion import Finding, Verdict
from harness.evidence.check import Check
from harness.evidence.join import join
from harness.measures.breaker_card import BreakerCard, breaker_cards
from harness.measures.fleet_cards import ReadinessCard, RolloutCard, readiness_cards, rollout_cards
from harness.measures.phase_figures import PhaseFigures, phase_figures
from harness.measures.series import Series, series_of
from harness.plan.scenario import Scenario
from harness.record import FaultSpan, Part, PhaseSpan, PullRow, RunRecord

SCHEMA_VERSION = 1


class RunVerdict(StrEnum):
    """What a run proves, worst first."""

    INVALID = "invalid"  # no figure of it may be believed
    ABORTED = "aborted"  # a safety rule or a person ended it
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    PASS = "pass"  # noqa: S105 — a verdict, not a password

    @property
    def exit_code(self) -> int:
        """What the process answers."""
        return _EXIT_CODES[self]


_EXIT_CODES = {
    RunVerdict.INVALID: 13,
    RunVerdict.ABORTED: 12,
    RunVerdict.FAIL: 10,
    RunVerdict.INCONCLUSIVE: 11,
    RunVerdict.PASS: 0,
}


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion of the scenario and its finding."""

    name: str
    phases: list[str]
    finding: Finding


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a report tells of one run. Instants are Unix seconds."""

    schema_version: int = SCHEMA_VERSION
    scenario: str
    title: str
    run_id: str
    seed: int
    started_at: float
    ended_at: float
    verdict: RunVerdict
    exit_code: int
    sentence: str
    criteria: list[Judged]
    checks: list[Check]  # of the witnesses against each other
    invalid: list[str]
    aborted: str
    phases: list[PhaseSpan]
    faults: list[FaultSpan]
    pulls: list[PullRow] = []
    figures: list[PhaseFigures]
    series: list[Series]
    breakers: list[BreakerCard]
    readiness: list[ReadinessCard]
    rollouts: list[RolloutCard]
    environment: dict[str, str]
    overrides: dict[str, str]


def assess(scenario: Scenario, record: RunRecord) -> Results:
    """Judge a run; pure."""
    criteria = [
        Judged(name=criterion.name, phases=list(criterion.phases), finding=criterion.assess(record))
        for criterion in scenario.criteria
    ]
    checks = join(record)
    invalid = [*record.invalid, *(check.sentence for check in checks if not check.holds)]
    verdict = run_verdict(
        [judged.finding.verdict for judged in criteria], invalid=bool(invalid), aborted=record.aborted
    )
    return Results(
        scenario=scenario.name,
        title=scenario.title,
        run_id=record.run_id,
        seed=record.seed,
        started_at=record.started_at,
        ended_at=record.ended_at,
        verdict=verdict,
        exit_code=verdict.exit_code,
        sentence=verdict_sentence(verdict, criteria, invalid=invalid, aborted=record.aborted),
        criteria=criteria,
        checks=checks,
        invalid=invalid,
        aborted=record.aborted,
        phases=record.phases,
        faults=record.faults,
        pulls=record.pulls,
        figures=phase_figures(record),
        series=[series for part in Part if (series := series_of(record, part)) is not None],
        breakers=breaker_cards(record),
        readiness=readiness_cards(record),
        rollouts=rollout_cards(record),
        environment=record.environment,
        overrides=record.overrides,
    )


def run_verdict(verdicts: Sequence[Verdict], *, invalid: bool, aborted: str) -> RunVerdict:
    """The worst of what was found. A criterion that could not be asked proves nothing, and so does a run without any.

    No target says yet what it lacks, so that a question that was not asked may as well be one that was mistyped.
    """
    if invalid:
        return RunVerdict.INVALID
    if aborted:
        return RunVerdict.ABORTED
    if Verdict.FAIL in verdicts:
        return RunVerdict.FAIL
    return RunVerdict.PASS if set(verdicts) == {Verdict.PASS} else RunVerdict.INCONCLUSIVE


def verdict_sentence(verdict: RunVerdict, criteria: Sequence[Judged], *, invalid: Sequence[str], aborted: str) -> str:
    """Why the run has its verdict, in a sentence or two."""
    if verdict is RunVerdict.INVALID:
        more = f" (and {len(invalid) - 1} more)" if len(invalid) > 1 else ""
        return f"No figure may be believed: {invalid[0].rstrip('.')}{more}."
    if verdict is RunVerdict.ABORTED:
        return f"The run ended early: {aborted.rstrip('.')}."
    if verdict is RunVerdict.PASS:
        return "The one criterion holds." if len(criteria) == 1 else f"All {len(criteria)} criteria hold."
    if not criteria:
        return "The scenario has no criteria."
    told = _FAILED if verdict is RunVerdict.FAIL else _UNDECIDED
    parts = []
    for finding, what in told.items():
        if named := [judged.name for judged in criteria if judged.finding.verdict is finding]:
            parts.append(f"{len(named)} of {len(criteria)} criteria {what}: {'; '.join(named)}.")
    return " ".join(parts)


_FAILED = {Verdict.FAIL: "fail"}
_UNDECIDED = {Verdict.INCONCLUSIVE: "could not be decided", Verdict.NOT_ASKED: "could not be asked"}
