"""The scenarios notice every seeded defect, each by the criterion that is there for it."""

import pytest

from harness.results import RunVerdict
from tests.defects.catalogue import DATABASE, DEFECTS, GATES, PROVIDER, ROLLBACK
from tests.defects.trial import failing, trial

ALL = [(scenario, name) for name, defect in DEFECTS.items() for scenario in defect.caught_by]
SAMPLE = [(DATABASE, "leaks_while_open")]


def is_caught(scenario: str, name: str) -> None:
    results = trial(scenario, name)
    assert results.verdict is RunVerdict.FAIL, f"{results.verdict}: {results.sentence} {results.invalid}"
    assert DEFECTS[name].caught_by[scenario] in failing(results)


@pytest.mark.parametrize(("scenario", "name"), SAMPLE)
def test_a_defect_is_caught_by_its_criterion(scenario: str, name: str) -> None:
    is_caught(scenario, name)


@pytest.mark.long
@pytest.mark.parametrize(("scenario", "name"), [pair for pair in ALL if pair not in SAMPLE])
def test_every_other_defect_is_caught_by_its_criterion(scenario: str, name: str) -> None:
    is_caught(scenario, name)


@pytest.mark.long
@pytest.mark.parametrize("scenario", [PROVIDER, DATABASE, GATES, ROLLBACK])
def test_no_criterion_is_idle_or_says_the_same_as_another(scenario: str) -> None:
    trials = {name: trial(scenario, name) for in_scenario, name in ALL if in_scenario == scenario}
    criteria = {judged.name for results in trials.values() for judged in results.criteria}
    caught = {criterion: frozenset(n for n, r in trials.items() if criterion in failing(r)) for criterion in criteria}
    assert [criterion for criterion, defects in caught.items() if not defects] == []
    assert len(set(caught.values())) == len(caught), caught
