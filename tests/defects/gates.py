"""Health gates with one wrong part each."""

from collections.abc import Callable, Iterator

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from service.reliability.health_gate import Checked, GateChange, HealthGate, HealthGates
from service.web.health import HealthRoutes
from service.web.load_shedding import LoadShedding
from tests.defects.replacing import replace


def counts_passes_that_are_not_consecutive() -> None:
    original = HealthGate.record

    def record(self: HealthGate, checked: Checked, now: float, *, after_stale: bool) -> GateChange | None:
        passes = 0 if self.ready else self.consecutive_passes
        change = original(self, checked, now, after_stale=after_stale)
        if checked.error:
            self.consecutive_passes = passes
        return change

    replace(HealthGate, "record", record)


def opens_after_one_pass() -> None:
    original = HealthGate.record

    def record(self: HealthGate, checked: Checked, now: float, *, after_stale: bool) -> GateChange | None:
        self.passes = 1
        return original(self, checked, now, after_stale=after_stale)

    replace(HealthGate, "record", record)


def asks_for_three_times_the_passes() -> None:
    """From the first time that it is shut: else the start would take as long, and no run would begin."""
    original = HealthGate.record

    def record(self: HealthGate, checked: Checked, now: float, *, after_stale: bool) -> GateChange | None:
        change = original(self, checked, now, after_stale=after_stale)
        if change is GateChange.SHUT:
            self.passes *= 3
        return change

    replace(HealthGate, "record", record)


def lets_every_gate_decide() -> None:
    _decided_by(lambda gate: not gate.name.startswith("count"))


def ignores_the_database() -> None:
    _decided_by(lambda gate: gate.critical and gate.name != "document_database")


def ignores_the_queue() -> None:
    _decided_by(lambda gate: gate.critical and gate.name != "event_queue")


def takes_on_work_while_not_ready() -> None:
    async def pass_on(self: LoadShedding, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    replace(LoadShedding, "__call__", pass_on)


def dies_when_it_is_not_ready() -> None:
    async def live(self: HealthRoutes, _: Request) -> Response:
        return Response("{}", 200 if self._gates._rounds.gates.ready else 500)

    replace(HealthRoutes, "live", live)


def keeps_shedding_some() -> None:
    """Once not ready, turns every fifth request away for ever."""
    original = LoadShedding.__call__
    seen = {"shut": False, "requests": 0}

    async def call(self: LoadShedding, scope: Scope, receive: Receive, send: Send) -> None:
        gates = self._rounds.gates
        seen["shut"] = seen["shut"] or not gates.ready
        seen["requests"] += 1
        if seen["shut"] and seen["requests"] % 5 == 0:
            answer = Response('{"type": "not_ready"}', 503, {"Retry-After": "1"}, "application/problem+json")
            await answer(scope, receive, send)
            return
        await original(self, scope, receive, send)

    replace(LoadShedding, "__call__", call)


def _decided_by(decides: Callable[[HealthGate], bool]) -> None:
    def shut(self: HealthGates) -> Iterator[HealthGate]:
        return (gate for gate in self.gates.values() if decides(gate) and not gate.ready)

    replace(HealthGates, "shut", shut)
