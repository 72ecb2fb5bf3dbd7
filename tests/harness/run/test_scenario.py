"""A scenario with mistakes is refused before anything is sent, with every mistake at once."""

import dataclasses
from typing import Any

import pytest

from harness.criteria.time_to_open import TimeToOpen
from harness.plan.requests import embed
from harness.plan.scenario import Fault, FaultMode, Phase, Scenario, ScenarioError

healthy = Phase(name="healthy", seconds=5, rate=40)
fault = Fault(dependency="embeddings", mode=FaultMode.ERROR)


def scenario(**changes: Any) -> Scenario:
    return Scenario(**({"name": "s", "title": "", "phases": [healthy], "requests": [embed], "criteria": []} | changes))


def problems(**changes: Any) -> str:
    with pytest.raises(ScenarioError) as caught:
        scenario(**changes)
    return "\n".join(caught.value.problems)


def with_fault(**changes: Any) -> list[Phase]:
    return [dataclasses.replace(healthy, faults=[dataclasses.replace(fault, **changes)])]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "A scenario"}, "its name is 'A scenario'"),
        ({"phases": []}, "it has no phases"),
        ({"phases": [healthy, healthy]}, "phase 'healthy' is declared 2 times"),
        ({"contrast": [healthy, healthy]}, "contrast phase 'healthy' is declared 2 times"),
        ({"phases": [dataclasses.replace(healthy, seconds=0)]}, "phase 'healthy': seconds is 0"),
        ({"phases": [dataclasses.replace(healthy, seconds=float("nan"))]}, "phase 'healthy': seconds is nan"),
        ({"phases": [dataclasses.replace(healthy, rate=601)]}, "phase 'healthy': rate is 601"),
        ({"phases": [dataclasses.replace(healthy, rate=0)]}, "phase 'healthy': rate is 0"),
        ({"phases": [dataclasses.replace(healthy, timeout=0)]}, "phase 'healthy': timeout is 0"),
        ({"requests": []}, "phase 'healthy': it sends no requests"),
        ({"requests": [embed.weighted(0)]}, "request 'embed' has weight 0"),
        ({"phases": [dataclasses.replace(healthy, faults=[fault, fault])]}, "embeddings has 2 faults at once"),
        ({"phases": [dataclasses.replace(healthy, faults=[fault], seconds=599)]}, "lasts at most 595"),
        ({"phases": with_fault(share=1.5)}, "fault of embeddings: share is 1.5"),
        ({"phases": with_fault(mode=FaultMode.SLOW)}, "latency is 0.0; a slow dependency"),
        ({"phases": with_fault(status=200)}, "status is 200"),
        (
            {"phases": with_fault(dependency="moon")},
            "moon: there is no such dependency; choose from embeddings, ",
        ),
        (
            {"phases": with_fault(dependency="event_queue", mode=FaultMode.RESET)},
            "fault of event_queue: mode is reset; expected one of error, hang, slow",
        ),
        ({"phases": with_fault(period=0)}, "period is 0"),
        (
            {"criteria": [TimeToOpen(breaker="b", phase="nowhere", at_most=1)]},
            "asks about phase 'nowhere'; the phases are healthy",
        ),
        ({"criteria": [TimeToOpen(breaker="b", phase="healthy", at_most=1)] * 2}, "is declared 2 times"),
    ],
)
def test_each_mistake_is_named_with_its_value_and_what_was_expected(changes: dict[str, Any], told: str) -> None:
    assert told in problems(**changes)


def test_all_mistakes_are_told_at_once() -> None:
    bad = dataclasses.replace(healthy, seconds=-1, rate=1000, faults=[dataclasses.replace(fault, share=0)])
    criteria = [TimeToOpen(breaker="b", phase="x", at_most=1), TimeToOpen(breaker="b", phase="y", at_most=1)]
    with pytest.raises(ScenarioError) as caught:
        scenario(name="S!", phases=[bad], criteria=criteria)
    assert len(caught.value.problems) == 6
    assert all(problem in str(caught.value) for problem in caught.value.problems)


def test_a_sound_scenario_knows_its_length_and_its_requests() -> None:
    sound = scenario(phases=with_fault(), contrast=[dataclasses.replace(healthy, seconds=2)])
    assert sound.seconds == 7
    assert sound.planned_requests == 280
