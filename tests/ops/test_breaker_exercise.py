"""A fault is taken back whatever happens to us, and nobody waits for an instance that is gone."""

import json

import pytest

from ops.deployment.breaker_exercise import BREAKERS, FAULT, BreakerExercise
from ops.deployment.door import Answer, Door
from ops.errors import OperationError


class Balancer(Door):
    """Leads to instances in turns; each keeps its own fault, by which its breaker is open."""

    def __init__(self, *instances: str, interrupt: bool = False, replaced: bool = False) -> None:
        self.instances, self.faults = list(instances), set[str]()
        self.interrupt, self.replaced = interrupt, replaced

    def ask(self, path: str, *, method: str = "GET", token: str | None = None, body: object = None) -> Answer:
        instance = self.instances.pop(0)
        self.instances.append(instance)
        if (method, path) == ("PUT", FAULT):
            self.faults.add(instance)
            if self.interrupt:
                raise KeyboardInterrupt
        if (method, path) == ("DELETE", FAULT):
            self.faults.discard(instance)
            if self.replaced:
                self.instances = ["new"]
        told = [{"name": "embeddings", "state": "open" if instance in self.faults else "closed"}]
        text = json.dumps({"circuit_breakers": told}) if path == BREAKERS else ""
        return Answer(status=200, headers={"x-instance-id": instance}, text=text)


class Fleet(Door):
    """Leads to two instances in turns, which share a fault; a breaker is closed by two calls once it is taken back."""

    def __init__(self) -> None:
        self.turn, self.faulty, self.calls_to_close = 0, False, [0, 0]

    def ask(self, path: str, *, method: str = "GET", token: str | None = None, body: object = None) -> Answer:
        self.turn = 1 - self.turn
        if path == FAULT:
            self.faulty = method == "PUT"
            self.calls_to_close = [2, 2] if self.faulty else self.calls_to_close
        elif path != BREAKERS and not self.faulty:
            self.calls_to_close[self.turn] = max(0, self.calls_to_close[self.turn] - 1)
        told = [{"name": "embeddings", "state": "open" if self.calls_to_close[self.turn] else "closed"}]
        return Answer(
            status=200, headers={"x-instance-id": "ab"[self.turn]}, text=json.dumps({"circuit_breakers": told})
        )


def exercise(door: Door) -> BreakerExercise:
    return BreakerExercise(door, operator_token="o", viewer_token="v", sleep=lambda _: None)


def test_a_breaker_is_seen_open_and_closed_among_several_instances() -> None:
    door = Balancer("a", "b", "c")
    exercised = exercise(door).run()
    assert exercised.closed_after is not None
    assert door.faults == set()


def test_each_instance_is_called_and_looked_at_however_the_turns_fall() -> None:
    door = Fleet()
    exercised = exercise(door).run()
    assert exercised.closed_after is not None
    assert door.calls_to_close == [0, 0]


def test_an_interruption_before_the_answer_takes_the_fault_back_from_whoever_has_it() -> None:
    door = Balancer("a", "b", "c", interrupt=True)
    with pytest.raises(KeyboardInterrupt):
        exercise(door).run()
    assert door.faults == set()


def test_an_instance_that_was_replaced_is_not_waited_for() -> None:
    with pytest.raises(OperationError, match="No instance whose breaker opened is met any more"):
        exercise(Balancer("a", "b", replaced=True)).run()
