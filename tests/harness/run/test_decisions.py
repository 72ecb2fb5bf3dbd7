"""A criterion is answered during the run as soon as it can be."""

from harness.conduct.decisions import Decisions
from harness.criteria.time_to_open import TimeToOpen
from harness.plan.scenario import Phase

PHASES = [Phase(name=name, seconds=1, rate=1) for name in ("one", "two", "three")]


def asks_about(phase: str) -> TimeToOpen:
    return TimeToOpen(breaker="b", phase=phase, at_most=1)


def test_a_criterion_is_due_once_after_the_phase_that_follows_its_own() -> None:
    decisions = Decisions([asks_about("one")], PHASES)
    assert decisions.due(1) == []
    assert decisions.due(2) == [asks_about("one")]
    assert decisions.due(3) == []


def test_what_asks_about_the_last_phase_is_due_at_the_end() -> None:
    decisions = Decisions([asks_about("three"), asks_about("two")], PHASES)
    assert decisions.due(2) == []
    assert decisions.due(3) == [asks_about("three"), asks_about("two")]
