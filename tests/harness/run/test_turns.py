import dataclasses

import pytest

from harness.plan.arrivals import part_plan, turn_plan, turns
from harness.plan.requests import embed
from harness.plan.scenario import Phase, Scenario, ScenarioError
from harness.record import Part

PHASES = [Phase(name=name, seconds=2, rate=50) for name in ("a", "b", "c")]
PLAIN = Scenario(name="s", title="s", phases=PHASES, contrast=PHASES[:2], requests=[embed], criteria=[])
INTERLEAVED = dataclasses.replace(PLAIN, contrast=PHASES, interleaved=True)


def told(scenario: Scenario) -> list[tuple[str, tuple[str, ...]]]:
    return [(turn.part, turn.phases) for turn in turns(scenario)]


def test_the_contrast_follows_the_main_part() -> None:
    assert told(PLAIN) == [("main", ("a", "b", "c")), ("contrast", ("a", "b"))]


def test_interleaved_phases_take_turns_and_swap_who_is_first() -> None:
    assert told(INTERLEAVED) == [
        ("main", ("a",)),
        ("contrast", ("a",)),
        ("contrast", ("b",)),
        ("main", ("b",)),
        ("main", ("c",)),
        ("contrast", ("c",)),
    ]


def test_the_turns_of_a_part_are_its_whole_plan_each_from_its_own_start() -> None:
    turned = [
        arrival for turn in turns(INTERLEAVED) if turn.part is Part.MAIN for arrival in turn_plan(INTERLEAVED, turn)
    ]
    whole = part_plan(INTERLEAVED, Part.MAIN)
    assert [arrival.index for arrival in turned] == [arrival.index for arrival in whole]
    assert all(0 <= arrival.at < 2 for arrival in turned)


def test_what_is_interleaved_has_a_contrast_for_each_phase() -> None:
    with pytest.raises(ScenarioError, match="it is interleaved, with 3 phases and 2 of contrast; expected as many"):
        dataclasses.replace(PLAIN, interleaved=True)
