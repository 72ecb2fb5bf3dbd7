"""Each witness is heard once and to its end, and what it cannot tell is told."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from harness.conduct import witnesses
from harness.conduct.witnesses import Witnesses
from harness.record import Part
from harness.targets.control import ControlError
from harness.targets.identity import Identity
from harness.targets.system import System
from tests.harness.run.stub_server import StubServer

EVENTS = "GET /api/observability/events"
INJECTED = "GET /api/ops/faults/attempts"
SIMULATED = "GET /attempts"


class Fleet(StubServer):
    """One instance and the simulator, behind one address; the test fills their logs."""

    def __init__(self) -> None:
        super().__init__()
        self.boot_id, self.dropped = "boot-1", 0
        self.events: list[dict[str, Any]] = []
        self.injected: list[dict[str, Any]] = []
        self.simulated: list[dict[str, Any]] = []
        self.answers["GET /identity"] = lambda _: (200, {"now": time.time()})
        self.answers[EVENTS] = lambda query: (
            200,
            self._page(query, "events", self.events) | {"instance": "main-1", "boot_id": self.boot_id},
        )
        self.answers[INJECTED] = lambda query: (200, self._page(query, "attempts", self.injected))
        self.answers[SIMULATED] = lambda query: (200, self._page(query, "attempts", self.simulated))

    def _page(self, query: dict[str, str], name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
        after = int(query["after"])
        page = rows[after : after + int(query["limit"])]
        return {name: page, "next": after + len(page), "dropped": self.dropped}

    def system(self) -> System:
        identity = Identity(
            service="ballast",
            version="1",
            environment="local",
            load_tests_allowed=True,
            instance="main-1",
            boot_id="boot-1",
            reliability=True,
        )
        return System(
            part=Part.MAIN,
            addresses=(self.address,),
            identities=(identity,),
            simulator=self.address,
            others=frozenset({"contrast-1"}),
            operator_token="operator",
        )

    def witnesses(self) -> Witnesses:
        return Witnesses(self.system(), clock=time.time)


def event(sequence: int) -> dict[str, Any]:
    detail = {"from": "closed", "to": "open"}
    return {
        "sequence": sequence,
        "at": 100.0 + sequence,
        "type": "breaker_opened",
        "subject": "embeddings:stable",
        "reason": "",
        "detail": detail,
    }


def attempt(request_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "sequence": 1,
        "request_id": request_id,
        "attempt": 1,
        "instance": "main-1",
        "permit": "1-closed",
        "arrived_at": 100.0,
        "ended_at": 100.5,
        "result": "ok",
        "fault": "",
    } | changes


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    with Fleet() as served:
        yield served


def test_rows_are_read_once_page_by_page(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witnesses, "PAGE", 2)
    fleet.events = [event(1), event(2), event(3)]
    heard = fleet.witnesses()
    heard.poll()
    fleet.events.append(event(4))
    heard.poll()
    assert [row.sequence for row in heard.journal] == [1, 2, 3, 4]
    assert heard.journal[0].instance == "main-1"
    assert not list(heard.problems())


def test_what_happened_before_the_run_is_forgotten(fleet: Fleet) -> None:
    fleet.events, fleet.simulated = [event(1)], [attempt("before")]
    heard = fleet.witnesses()
    heard.poll()
    heard.forget()
    fleet.simulated.append(attempt("during"))
    heard.poll()
    assert [row.request_id for row in heard.attempts] == ["during"]
    assert heard.journal == []


def test_each_attempt_has_one_witness(fleet: Fleet) -> None:
    fleet.simulated = [attempt("r1"), attempt("r1", instance="contrast-1"), attempt("r2", ended_at=None, result="hang")]
    fleet.injected = [attempt("r1", dependency="embeddings"), attempt("r3", dependency="event_queue")]
    heard = fleet.witnesses()
    heard.poll()
    told = [(row.request_id, row.dependency, row.ended_at) for row in heard.attempts]
    assert told == [("r1", "embeddings", 100.5), ("r2", "embeddings", None), ("r3", "event_queue", 100.5)]


def test_a_witness_with_a_wrong_clock_is_set_right(fleet: Fleet) -> None:
    fleet.answers["GET /identity"] = lambda _: (200, {"now": time.time() - 1000})
    fleet.events, fleet.simulated = [event(0)], [attempt("r1")]
    heard = fleet.witnesses()
    heard.poll()
    assert heard.journal[0].at == pytest.approx(1100, abs=1)
    assert heard.attempts[0].arrived_at == pytest.approx(1100, abs=1)


def test_a_witness_that_falls_silent_is_told_until_it_speaks_again(fleet: Fleet) -> None:
    heard = fleet.witnesses()
    speaks = fleet.answers.pop(EVENTS)
    heard.poll()
    assert list(heard.problems()) == ["the journal of main-1 could not be read to its end"]
    assert heard.misses == 0  # the others still answer
    fleet.answers[EVENTS] = speaks
    heard.poll()
    assert not list(heard.problems())


def test_a_target_out_of_reach_is_counted(fleet: Fleet) -> None:
    heard = fleet.witnesses()
    fleet.answers.clear()
    heard.poll()
    heard.poll()
    assert heard.misses == 2


def test_dropped_rows_and_a_restart_are_told(fleet: Fleet) -> None:
    heard = fleet.witnesses()
    fleet.boot_id, fleet.dropped = "boot-2", 3
    heard.poll()
    assert list(heard.problems()) == [
        "the instance main-1 was started anew during the run",
        "the journal of main-1 dropped 3 rows before they were read",
        "the simulator's log of attempts dropped 3 rows before they were read",
        "the attempts log of main-1 dropped 3 rows before they were read",
    ]


def test_a_witness_that_answers_something_else_counts_as_silent(fleet: Fleet) -> None:
    heard = fleet.witnesses()
    fleet.says(EVENTS, {"hello": "world"})
    heard.poll()
    assert list(heard.problems()) == ["the journal of main-1 could not be read to its end"]


def test_a_witness_that_is_away_at_the_start_is_an_error(fleet: Fleet) -> None:
    fleet.answers.pop("GET /identity")
    with pytest.raises(ControlError, match="answered 404"):
        fleet.witnesses()
