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

    def ask(self, path: str, *, method: str = "GET", token: str | None = None, body: object = None) -> Answer:  # noqa: ARG002 - as a door is asked
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


def exercise(door: Door) -> BreakerExercise:
    return BreakerExercise(door, operator_token="o", viewer_token="v", sleep=lambda _: None)  # noqa: S106 - no token


def test_a_breaker_is_seen_open_and_closed_among_several_instances() -> None:
    door = Balancer("a", "b", "c")
    exercised = exercise(door).run()
    assert exercised.closed_after is not None
    assert door.faults == set()


def test_an_interruption_before_the_answer_takes_the_fault_back_from_whoever_has_it() -> None:
    door = Balancer("a", "b", "c", interrupt=True)
    with pytest.raises(KeyboardInterrupt):
        exercise(door).run()
    assert door.faults == set()


def test_an_instance_that_was_replaced_is_not_waited_for() -> None:
    with pytest.raises(OperationError, match="No instance whose breaker opened is met any more"):
        exercise(Balancer("a", "b", replaced=True)).run()
