"""The specification of a health gate."""

from datetime import timedelta

import pytest

from service.reliability.health_gate import Checked, GateChange, GateEvent, HealthGates, HealthGatesConfig
from service.reliability.invalid_configuration import InvalidConfigurationError

PASSED, FAILED = Checked(error="", seconds=0.01), Checked(error="no answer within 1 s", seconds=1.0)
CONFIG = HealthGatesConfig(interval=timedelta(seconds=5), passes=3)


class Rounds:
    """Rounds of two gates, `database` critical and `provider` not, five seconds apart."""

    def __init__(self) -> None:
        self.events: list[GateEvent] = []
        self.gates = HealthGates(CONFIG, {"database": True, "provider": False}, on_event=self.events.append)
        self.now = 0.0

    def run(self, database: Checked = PASSED, provider: Checked = PASSED, *, after: float = 5.0) -> None:
        self.now += after
        self.gates.begin(self.now)
        self.gates.end({"database": database, "provider": provider}, self.now)

    def changes(self) -> list[tuple[str, str]]:
        return [(event.gate.name, event.change) for event in self.events]


@pytest.fixture
def rounds() -> Rounds:
    return Rounds()


@pytest.fixture
def ready(rounds: Rounds) -> Rounds:
    for _ in range(3):
        rounds.run()
    assert rounds.gates.ready
    rounds.events.clear()
    return rounds


def test_an_instance_is_not_ready_before_it_has_checked_anything(rounds: Rounds) -> None:
    gate = rounds.gates.gates["database"]
    assert (rounds.gates.ready, gate.ready, gate.since, gate.last) == (False, False, None, None)
    assert (gate.consecutive_passes, rounds.gates.retry_after()) == (0, 15)


def test_a_gate_is_ready_after_so_many_consecutive_passes_and_not_before(rounds: Rounds) -> None:
    rounds.run()
    rounds.run()
    assert not rounds.gates.ready
    rounds.run()
    assert rounds.gates.ready


def test_one_failure_begins_the_count_anew(rounds: Rounds) -> None:
    for checked in (PASSED, PASSED, FAILED, PASSED, PASSED):
        rounds.run(checked)
    assert not rounds.gates.ready
    rounds.run()
    assert rounds.gates.ready


def test_one_failure_shuts_a_gate_that_was_ready(ready: Rounds) -> None:
    ready.run(FAILED)
    assert not ready.gates.ready
    assert [gate.name for gate in ready.gates.shut()] == ["database"]


def test_a_dependency_that_flaps_never_opens_its_gate(rounds: Rounds) -> None:
    for _ in range(50):
        for checked in (PASSED, PASSED, FAILED):
            rounds.run(checked)
            assert not rounds.gates.ready


def test_a_gate_that_is_not_critical_shows_its_failure_and_stops_nobody(ready: Rounds) -> None:
    ready.run(provider=FAILED)
    assert not ready.gates.gates["provider"].ready
    assert ready.gates.ready


def test_each_change_is_told_once_with_what_it_makes_of_the_instance(rounds: Rounds) -> None:
    for checked in (FAILED, FAILED, PASSED, PASSED, PASSED, PASSED, FAILED, FAILED):
        rounds.run(checked)
    database = [(event.change, event.round) for event in rounds.events if event.gate.name == "database"]
    assert database == [
        (GateChange.FAILED, 1),
        (GateChange.PASSED, 3),
        (GateChange.PASSED, 4),
        (GateChange.OPENED, 5),
        (GateChange.SHUT, 7),
    ]
    assert [event.shut for event in rounds.events if event.gate.name == "database"][-2:] == [(), ("database",)]


def test_a_failure_between_passes_is_told_too(rounds: Rounds) -> None:
    for checked in (PASSED, FAILED, PASSED):
        rounds.run(checked)
    assert [change for name, change in rounds.changes() if name == "database"] == ["passed", "failed", "passed"]


def test_a_round_is_due_at_once_and_then_an_interval_after_the_last_one_began(rounds: Rounds) -> None:
    assert rounds.gates.due(0.0)
    rounds.run()
    assert not rounds.gates.due(rounds.now + 4.9)
    assert rounds.gates.due(rounds.now + 5.0)


def test_a_round_that_ended_more_than_two_intervals_ago_tells_nothing_of_the_present(rounds: Rounds) -> None:
    assert rounds.gates.stale(0.0)
    rounds.run()
    assert not rounds.gates.stale(rounds.now + 10.0)
    assert rounds.gates.stale(rounds.now + 10.1)


def test_a_stale_round_adds_nothing_to_a_streak(rounds: Rounds) -> None:
    rounds.run()
    rounds.run()
    rounds.run(after=10.1)
    assert not rounds.gates.ready
    assert rounds.gates.gates["database"].consecutive_passes == 1


def test_an_instance_that_slept_stays_ready_until_a_check_fails(ready: Rounds) -> None:
    ready.run(after=3600.0)
    assert ready.gates.ready
    ready.run(FAILED, after=3600.0)
    assert not ready.gates.ready


def test_a_caller_is_told_the_time_that_the_missing_passes_take(ready: Rounds) -> None:
    assert ready.gates.retry_after() == 0
    ready.run(FAILED)
    assert ready.gates.retry_after() == 15
    ready.run()
    assert ready.gates.retry_after() == 10


def test_a_configuration_tells_all_its_problems_at_once() -> None:
    with pytest.raises(InvalidConfigurationError) as caught:
        HealthGatesConfig(interval=timedelta(0), check_timeout=timedelta(seconds=-1), passes=0)
    assert caught.value.problems == (
        "interval is 0:00:00; expected more than 0 seconds",
        "check_timeout is -1 day, 23:59:59; expected more than 0 seconds",
        "passes is 0; expected at least 1",
    )
    assert str(caught.value) == f"HealthGatesConfig cannot work: {'; '.join(caught.value.problems)}"


def test_one_pass_may_be_enough() -> None:
    gates = HealthGates(HealthGatesConfig(passes=1), {"database": True}, on_event=lambda _: None)
    gates.begin(0.0)
    gates.end({"database": PASSED}, 0.0)
    assert gates.ready


def test_the_last_ten_checks_are_kept_with_the_ends_of_their_rounds(rounds: Rounds) -> None:
    for checked in (*[PASSED] * 9, FAILED, PASSED):
        rounds.run(checked)
    gate = rounds.gates.gates["database"]
    assert [at for at, _ in gate.recent] == [5.0 * number for number in range(2, 12)]
    assert [checked.error for _, checked in gate.recent][-2:] == [FAILED.error, ""]
    assert gate.since == 50.0


def test_the_next_round_is_due_an_interval_after_the_last_one_began(rounds: Rounds) -> None:
    assert rounds.gates.due_in(0.0) == 0.0
    rounds.run()
    assert rounds.gates.due_in(rounds.now + 2) == 3.0
    assert rounds.gates.due_in(rounds.now + 9) == 0.0
