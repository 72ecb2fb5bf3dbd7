"""Operating modes, quarantines and flags: what is shown of them, and what operators do to them."""

from collections.abc import Callable, Sequence
from typing import Annotated

import msgspec
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.fleet.control_copy import ControlCopy
from service.fleet.feature_flags import FeatureFlags
from service.fleet.operations import Operations
from service.reliability.control_entry import Change, Entry
from service.reliability.feature_flag import Flag, FlagReason, FlagVariant, flag_key
from service.reliability.operating_mode import Mode, agent_key, mode_key
from service.web.caller_present import CallerPresent
from service.web.json_response import JsonResponse
from service.web.operator_change import Wish, change_answer, change_made, operator_in
from service.web.problems import INVALID, NOT_FOUND, ProblemError
from service.web.request_body import read

EVERYONE = 100.0


class Switch(Wish, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is wanted of a mode or a quarantine."""

    on: bool


class FlagWish(Wish, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is wanted of a flag: a value for everyone, or the share of the callers that have it on, or neither."""

    value: bool | None = None
    percentage: Annotated[float, msgspec.Meta(ge=0, le=EVERYONE)] | None = None


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


class FlagDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A flag at this instant; `value` and `variant` are null where they are not the same for every caller."""

    name: str
    default: bool
    description: str
    owner: str
    variable: str
    brownout_capable: bool
    fallback: str
    value: bool | None
    variant: FlagVariant | None
    reason: FlagReason
    percentage: float | None
    entry: Entry | None


class Flags(msgspec.Struct, frozen=True):
    """The flags, as this instance knows them."""

    flags: list[FlagDocument]


class LeverRoutes:
    """Whoever looks sees a copy that is as fresh as a request of the workload would have it."""

    def __init__(
        self, operations: Operations, copy: ControlCopy, flags: FeatureFlags, *, agents: Sequence[str]
    ) -> None:
        self._operations = operations
        self._copy = copy
        self._flags = flags
        self._agents = agents

    def observability_routes(self) -> list[Route]:
        """For viewers."""
        return [Route("/api/observability/modes", self.modes), Route("/api/observability/flags", self.flags)]

    def operator_routes(self, operator: Middleware) -> list[Route]:
        """For operators, whom the middleware `operator` lets pass."""
        attended = [operator, Middleware(CallerPresent)]
        return [
            *(
                Route(f"/api/ops/{mode.replace('_', '-')}", self._switch(mode), methods=["PUT"], middleware=attended)
                for mode in Mode
            ),
            Route("/api/ops/agents/{id}/quarantine", self.quarantine, methods=["PUT"], middleware=attended),
            Route("/api/ops/flags/{name}", self.override, methods=["PUT"], middleware=attended),
        ]

    async def modes(self, _: Request) -> Response:
        """The modes and quarantines."""
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

    async def flags(self, _: Request) -> Response:
        """The flags."""
        await self._copy.fresh()
        return JsonResponse(Flags([self._flag(flag) for flag in self._flags.declared.values()]))

    def _switch(self, mode: Mode) -> Callable[[Request], object]:
        async def put(request: Request) -> Response:
            wish = await read(request, Switch)
            return await self._changed(request, mode_key(mode), wish, f"{mode} {_on_or_off(wish.on)}")

        return put

    async def quarantine(self, request: Request) -> Response:
        """Have an agent's messages held, or released."""
        agent = request.path_params["id"]
        if agent not in self._agents:
            raise ProblemError(NOT_FOUND, f"there is no such agent; expected one of: {', '.join(self._agents)}")
        wish = await read(request, Switch)
        return await self._changed(request, agent_key(agent), wish, "quarantine" if wish.on else "release")

    async def override(self, request: Request) -> Response:
        """Set a flag for everyone or a share of the callers, or leave it to the environment again."""
        name = request.path_params["name"]
        if name not in self._flags.declared:
            raise ProblemError(NOT_FOUND, f"there is no such flag; expected one of: {', '.join(self._flags.declared)}")
        wish = await read(request, FlagWish)
        if wish.value is not None and wish.percentage is not None:
            raise ProblemError(INVALID, "value and percentage are both given; expected one of them")
        change = Change(
            on=wish.value is not None or wish.percentage is not None,
            by=operator_in(request),
            reason=wish.reason,
            ttl=wish.ttl,
            action=_action(wish),
            settings={"value": wish.value, "percentage": wish.percentage},
        )
        done = await change_made(self._operations, flag_key(name), change, wish)
        return change_answer(flag_key(name), done, wish)

    async def _changed(self, request: Request, key: str, wish: Switch, action: str) -> Response:
        change = Change(on=wish.on, by=operator_in(request), reason=wish.reason, ttl=wish.ttl, action=action)
        return change_answer(key, await change_made(self._operations, key, change, wish), wish)

    def _flag(self, flag: Flag) -> FlagDocument:
        override = self._flags.override(flag.name)
        percentage = None if override is None else override.percentage
        found = self._flags.evaluate(flag.name, "")
        by_caller = found.reason is FlagReason.SPLIT and percentage is not None and 0 < percentage < EVERYONE
        return FlagDocument(
            name=flag.name,
            default=flag.default,
            description=flag.description,
            owner=flag.owner,
            variable=flag.variable,
            brownout_capable=flag.brownout_capable,
            fallback=flag.fallback,
            value=None if by_caller else found.value,
            variant=None if by_caller else found.variant,
            reason=found.reason,
            percentage=percentage,
            entry=self._operations.entry(flag_key(flag.name)),
        )


def _on_or_off(on: bool) -> str:  # noqa: FBT001 - a value, not a switch
    return "on" if on else "off"


def _action(wish: FlagWish) -> str:
    if wish.value is not None:
        return f"flag {_on_or_off(wish.value)}"
    return "flag cleared" if wish.percentage is None else f"flag at {wish.percentage:g} %"
