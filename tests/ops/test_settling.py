"""Waiting until a change holds on every instance."""

from collections.abc import Iterator

import pytest

from ops.changes import settling
from ops.changes.settling import Settled, settled
from ops.readings.instances import Instance, Instances


def heard(name: str, version: int, *, age: float = 1.0) -> Instance:
    return Instance(name=name, boot_id="b", age=age, versions={"operations": version})


def waited(looks: Iterator[list[Instance]], *, seconds: float) -> Settled:
    return settled(lambda: Instances(documents={}, instances=next(looks)), "operations", 2, seconds=seconds)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "POLL", 0.0)


def test_it_holds_when_nobody_who_serves_lacks_it() -> None:
    looks = iter([[heard("one", 2), heard("two", 1)], [heard("one", 3), heard("two", 2)]])
    assert waited(looks, seconds=60) == Settled(have=["one", "two"], lacking=[], silent=[])


def test_the_silent_are_not_waited_for_and_named() -> None:
    looks = iter([[heard("one", 2), heard("asleep", 1, age=11.0), heard("gone", 2, age=99.0)]])
    assert waited(looks, seconds=60) == Settled(have=["one", "gone"], lacking=[], silent=["asleep"])


def test_who_lacks_it_when_the_time_is_over_is_named() -> None:
    assert waited(iter([[heard("one", 2), heard("two", 1)]]), seconds=0).lacking == ["two"]
