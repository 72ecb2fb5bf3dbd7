"""Operating modes, quarantines and flags: what is shown of them, and what operators do to them."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from starlette.middleware import Middleware
from starlette.requests import Request

from service.fleet.control_copy import ControlCopy
from service.fleet.feature_flags import FeatureFlags
from service.fleet.operations import Operations
from service.reliability.control_entry import Change, Entry
from service.reliability.feature_flag import Flag, FlagReason, FlagVariant, flag_key
from service.reliability.operating_mode import Mode, agent_key, mode_key
from service.web.adds import Part
from service.web.caller_present import CallerPresent
from service.web.json_response import JsonResponse
from service.web.operation import Handler, Operation
from service.web.operator_change import (
    OF_CHANGES,
    OPERATOR_NAME,
    ChangeDocument,
    Wish,
    change_answer,
    change_made,
    operator_in,
)
from service.web.problems import CONTRADICTORY, NOT_FOUND, ProblemError

EVERYONE = 100.0

_MEANINGS = {
    Mode.SAFE_MODE: "safe mode, in which nothing outside is called,",
    Mode.WRITE_DRAIN: "the write drain, in which writes are refused and reads served,",
    Mode.BROWNOUT: "the brownout, in which features that have a fallback take it,",
}


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

    def observability_routes(self) -> list[Operation]:
        """For viewers."""
        return [
            Operation("GET", "/api/observability/modes", self.modes, name="list_modes"),
            Operation("GET", "/api/observability/flags", self.flags, name="list_flags"),
        ]

    def operator_routes(self, operator: Middleware) -> list[Operation]:
        """For operators, whom the middleware `operator` lets pass."""
        attended = [operator, Middleware(CallerPresent)]
        return [
            *(
                Operation(
                    "PUT",
                    f"/api/ops/{mode.replace('_', '-')}",
                    self._switch(mode),
                    name=f"set_{mode}",
                    summary=f"Turn {meaning} on or off on every instance",
                    problems=OF_CHANGES,
                    takes=[OPERATOR_NAME],
                    middleware=attended,
                )
                for mode, meaning in _MEANINGS.items()
            ),
            Operation(
                "PUT",
                "/api/ops/agents/{id}/quarantine",
                self.quarantine,
                name="set_quarantine",
                parts={"id": Part(meaning="The agent.", example=self._agents[0])},
                problems=(*OF_CHANGES, NOT_FOUND),
                takes=[OPERATOR_NAME],
                middleware=attended,
            ),
            Operation(
                "PUT",
                "/api/ops/flags/{name}",
                self.override,
                name="set_flag",
                parts={"name": Part(meaning="The flag.", example=next(iter(self._flags.declared)))},
                problems=(*OF_CHANGES, NOT_FOUND),
                takes=[OPERATOR_NAME],
                middleware=attended,
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

    async def flags(self, _: Request) -> JsonResponse[Flags]:
        """List the feature flags, each with its value and why it has it."""
        await self._copy.fresh()
        return JsonResponse(Flags([self._flag(flag) for flag in self._flags.declared.values()]))

    def _switch(self, mode: Mode) -> Handler:
        async def put(request: Request, body: Switch) -> JsonResponse[ChangeDocument]:
            return await self._changed(request, mode_key(mode), body, f"{mode} {_on_or_off(body.on)}")

        return put

    async def quarantine(self, request: Request, body: Switch) -> JsonResponse[ChangeDocument]:
        """Have an agent's messages held, or released.

        Held messages wait; none is lost.
        """
        agent = request.path_params["id"]
        if agent not in self._agents:
            raise ProblemError(NOT_FOUND, f"there is no such agent; expected one of: {', '.join(self._agents)}")
        return await self._changed(request, agent_key(agent), body, "quarantine" if body.on else "release")

    async def override(self, request: Request, body: FlagWish) -> JsonResponse[ChangeDocument]:
        """Set a flag for everyone or a share of the callers.

        With neither `value` nor `percentage` it is left to the environment again.
        """
        name = request.path_params["name"]
        if name not in self._flags.declared:
            raise ProblemError(NOT_FOUND, f"there is no such flag; expected one of: {', '.join(self._flags.declared)}")
        if body.value is not None and body.percentage is not None:
            raise ProblemError(CONTRADICTORY, "value and percentage are both given; expected one of them")
        change = Change(
            on=body.value is not None or body.percentage is not None,
            by=operator_in(request),
            reason=body.reason,
            ttl=body.ttl,
            action=_action(body),
            settings={"value": body.value, "percentage": body.percentage},
        )
        done = await change_made(self._operations, flag_key(name), change, body)
        return change_answer(flag_key(name), done, body)

    async def _changed(self, request: Request, key: str, wish: Switch, action: str) -> JsonResponse[ChangeDocument]:
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
