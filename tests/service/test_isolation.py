"""A circuit breaker that follows what operators set."""

from dataclasses import replace

from service.dependencies.isolation import Isolation, breaker_key
from service.reliability.breaker_states import BreakerState
from service.reliability.circuit_breaker import CircuitBreaker, Transition
from service.reliability.circuit_breaker_config import CircuitBreakerConfig
from service.reliability.control_entry import Entry

KEY = breaker_key("database")
ENTRY = Entry(on=True, by="ann", reason="it is moved", since=100.0, revision=1)


class Instance:
    """One with a breaker, that began at 100."""

    def __init__(self) -> None:
        self.now = 100.0
        self.transitions: list[Transition] = []
        self.breaker = CircuitBreaker("database", CircuitBreakerConfig(), on_transition=self.transitions.append)
        self.entries: dict[str, Entry] = {}
        self.isolation = Isolation({"database": self.breaker}, self.in_force, wall_clock=lambda: self.now)

    def in_force(self, key: str) -> Entry | None:
        entry = self.entries.get(key)
        return entry if entry is not None and entry.in_force(self.now) else None

    def hears_of(self, entry: Entry, key: str = KEY) -> None:
        self.entries[key] = entry
        self.isolation.changed(key, entry)

    def looks(self, at: float) -> BreakerState:
        self.now = at
        self.isolation.end()
        return self.breaker.snapshot().state

    def told(self) -> list[tuple[BreakerState, str]]:
        return [(transition.to_state, transition.reason) for transition in self.transitions]


def test_a_breaker_is_isolated_until_it_is_reset() -> None:
    instance = Instance()
    instance.hears_of(ENTRY)
    assert instance.looks(at=1e9) is BreakerState.ISOLATED
    instance.hears_of(replace(ENTRY, on=False, reason="it is done", since=2e9, revision=2))
    assert instance.looks(at=2e9) is BreakerState.CLOSED
    assert instance.told() == [(BreakerState.ISOLATED, "it is moved"), (BreakerState.CLOSED, "it is done")]


def test_an_isolation_ends_by_the_clock() -> None:
    instance = Instance()
    instance.hears_of(replace(ENTRY, until=160.0))
    assert instance.looks(at=159.9) is BreakerState.ISOLATED
    assert instance.looks(at=160.0) is BreakerState.CLOSED
    assert instance.told()[-1] == (BreakerState.CLOSED, "its isolation has ended")


def test_what_had_ended_before_an_instance_began_does_nothing_there() -> None:
    instance = Instance()
    instance.hears_of(replace(ENTRY, since=10.0, until=99.0))
    instance.hears_of(replace(ENTRY, on=False, since=99.0))
    assert instance.looks(at=101.0) is BreakerState.CLOSED
    assert instance.told() == []


def test_an_isolation_from_before_an_instance_began_holds_there() -> None:
    instance = Instance()
    instance.hears_of(replace(ENTRY, since=10.0))
    assert instance.looks(at=101.0) is BreakerState.ISOLATED


def test_a_reset_closes_a_breaker_that_nobody_had_isolated() -> None:
    instance = Instance()
    instance.hears_of(replace(ENTRY, on=False))
    assert instance.told() == [(BreakerState.CLOSED, "it is moved")]


def test_another_breaker_and_other_entries_are_not_its_business() -> None:
    instance = Instance()
    instance.hears_of(ENTRY, key=breaker_key("elsewhere"))
    instance.hears_of(ENTRY, key="fault/database")
    assert instance.told() == []
