"""A redrive ends also where its service lets it move messages and moves none."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from ops.changes.redrive import FRUITLESS, Moved, Terms, redriven
from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.target.answer import Answer
from ops.target.target import Target

TERMS = Terms(agent="indexer", topic=None, ids=[], rate=50, maximum=1000, reason="it is back")


class Service(Target):
    """Answers steps from a script, its last one over and over; it moves what it is allowed, or nothing."""

    def __init__(self, *steps: dict[str, Any]) -> None:
        self.steps = list(steps)
        self.asked: list[tuple[str, Mapping[str, Any]]] = []

    def change(self, method: str, path: str, body: Mapping[str, Any]) -> Answer:
        self.asked.append((method, body))
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        text = json.dumps({"redrive": "r", **step})
        return Answer(status=200, content_type="application/json", instance="i", location="", retry_after="", text=text)


def step(*, allowed: int, moved: int, left: int = 5) -> dict[str, Any]:
    return {"allowed": allowed, "moved": moved, "moved_in_all": moved, "left": left, "done": not left}


def test_one_that_moves_nothing_any_more_is_stopped_and_says_so() -> None:
    service, seen, waited = Service(step(allowed=50, moved=2), step(allowed=50, moved=0)), list[Moved](), list[float]()
    with pytest.raises(OperationError, match=r"Nothing more moves: 45 steps in a row .* 5 left\.") as stuck:
        redriven(service, TERMS, seen=seen.append, sleep=waited.append)
    assert stuck.value.exit_code is Exit.PARTLY_APPLIED
    assert sum(waited) == FRUITLESS
    assert service.asked[-1] == ("PUT", {"on": False, "reason": TERMS.reason})


def test_one_that_its_rate_holds_back_goes_on() -> None:
    held = [step(allowed=0, moved=0) for _ in range(1000)]
    service, waited = Service(*held, step(allowed=1, moved=1, left=0)), list[float]()
    assert redriven(service, TERMS, seen=lambda _: None, sleep=waited.append).done
    assert len(waited) == len(held)
