"""Operating modes and quarantines: what is shown of them, and what operators do to them."""

from collections.abc import Sequence

import msgspec
from starlette.middleware import Middleware
from starlette.requests import Request

from service.fleet.control_copy import ControlCopy
from service.fleet.operations import Operations
from service.reliability.control_entry import Change, Entry
from service.reliability.operating_mode import Mode, agent_key, mode_key
from service.web.adds import PathVariable
from service.web.json_response import JsonResponse
from service.web.operation import Handler, Operation
from service.web.operator_change import (
    OF_CHANGES,
    ChangeDocument,
    Wish,
    change_answer,
    change_made,
    change_operation,
    operator_in,
)
from service.web.problems import NOT_FOUND, ProblemError

_MEANINGS = {
    Mode.SAFE_MODE: "safe mode, in which nothing outside is called,",
    Mode.WRITE_DRAIN: "the write drain, in which writes are refused and reads served,",
    Mode.BROWNOUT: "the brownout, in which features that have a fallback take it,",
}


class Switch(Wish, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is wanted of a mode or a quarantine."""

    on: bool


class ModeDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A mode at this instant; `entry` is what was last set, whether it holds or has ended."""

    name: Mode
    in_force: bool
    entry: Entry | None


class AgentDocument(msgspec.Struct, frozen=True, kw_only=True):
    """An agent at this instant."""

    name: str
    quarantined: bool
    entry: Entry | None


class Modes(msgspec.Struct, frozen=True, kw_only=True):
    """The modes and quarantines, as this instance knows them."""

    modes: list[ModeDocument]
    agents: list[AgentDocument]
    copy_age: float | None  # seconds since this instance read them
    problem: str  # why they may not be up to date


class LeverRoutes:
    """Whoever looks sees a copy that is as fresh as a request of the workload would have it."""

    def __init__(self, operations: Operations, copy: ControlCopy, *, agents: Sequence[str]) -> None:
        self._operations = operations
        self._copy = copy
        self._agents = agents

    def observability_routes(self) -> list[Operation]:
        """For viewers."""
        return [Operation("GET", "/api/observability/modes", self.modes, name="list_modes")]

    def operator_routes(self, operator: Middleware) -> list[Operation]:
        """For operators, whom the middleware `operator` lets pass."""
        return [
            *(
                change_operation(
                    "PUT",
                    f"/api/ops/{mode.replace('_', '-')}",
                    self._switch(mode),
                    operator,
                    name=f"set_{mode}",
                    summary=f"Turn {meaning} on or off on every instance",
                )
                for mode, meaning in _MEANINGS.items()
            ),
            change_operation(
                "PUT",
                "/api/ops/agents/{id}/quarantine",
                self.quarantine,
                operator,
                name="set_quarantine",
                parts={"id": PathVariable(meaning="The agent.", example=self._agents[0])},
                problems=(*OF_CHANGES, NOT_FOUND),
            ),
        ]

    async def modes(self, _: Request) -> JsonResponse[Modes]:
        """List the modes and quarantines, each with who set it and why."""
        await self._copy.fresh()
        operations = self._operations
        modes = [
            ModeDocument(
                name=mode,
                in_force=operations.in_force(mode_key(mode)) is not None,
                entry=operations.entry(mode_key(mode)),
            )
            for mode in Mode
        ]
        agents = [
            AgentDocument(
                name=agent, quarantined=operations.quarantined(agent), entry=operations.entry(agent_key(agent))
            )
            for agent in self._agents
        ]
        problem = operations.problem or self._copy.failure
        return JsonResponse(Modes(modes=modes, agents=agents, copy_age=self._copy.age, problem=problem))

    def _switch(self, mode: Mode) -> Handler:
        async def put(request: Request, body: Switch) -> JsonResponse[ChangeDocument]:
            return await self._changed(request, mode_key(mode), body, f"{mode} {'on' if body.on else 'off'}")

        return put

    async def quarantine(self, request: Request, body: Switch) -> JsonResponse[ChangeDocument]:
        """Have an agent's messages held, or released.

        Held messages wait; none is lost.
        """
        agent = request.path_params["id"]
        if agent not in self._agents:
            raise ProblemError(NOT_FOUND, f"there is no such agent; expected one of: {', '.join(self._agents)}")
        return await self._changed(request, agent_key(agent), body, "quarantine" if body.on else "release")

    async def _changed(self, request: Request, key: str, wish: Switch, action: str) -> JsonResponse[ChangeDocument]:
        change = Change(on=wish.on, by=operator_in(request), reason=wish.reason, ttl=wish.ttl, action=action)
        return change_answer(key, await change_made(self._operations, key, change, wish), wish)
