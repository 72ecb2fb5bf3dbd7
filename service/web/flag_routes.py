"""Feature flags: what is shown of them, and how operators override them."""

from typing import Annotated

import msgspec
from starlette.middleware import Middleware
from starlette.requests import Request

from service.fleet.control_copy import ControlCopy
from service.fleet.feature_flags import FeatureFlags
from service.fleet.operations import Operations
from service.reliability.control_entry import Change, Entry
from service.reliability.feature_flag import Flag, FlagReason, FlagVariant, flag_key
from service.web.adds import PathVariable
from service.web.json_response import JsonResponse
from service.web.operation import Operation
from service.web.operator_change import (
    OF_CHANGES,
    ChangeDocument,
    Wish,
    change_answer,
    change_made,
    change_operation,
    operator_in,
)
from service.web.problems import CONTRADICTORY, NOT_FOUND, ProblemError

EVERYONE = 100.0


class FlagWish(Wish, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is wanted of a flag: a value for everyone, or the share of the callers that have it on, or neither."""

    value: bool | None = None
    percentage: Annotated[float, msgspec.Meta(ge=0, le=EVERYONE)] | None = None


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


class FlagRoutes:
    """Whoever looks sees a copy that is as fresh as a request of the workload would have it."""

    def __init__(self, operations: Operations, copy: ControlCopy, flags: FeatureFlags) -> None:
        self._operations = operations
        self._copy = copy
        self._flags = flags

    def observability_routes(self) -> list[Operation]:
        """For viewers."""
        return [Operation("GET", "/api/observability/flags", self.flags, name="list_flags")]

    def operator_routes(self, operator: Middleware) -> list[Operation]:
        """For operators, whom the middleware `operator` lets pass."""
        return [
            change_operation(
                "PUT",
                "/api/ops/flags/{name}",
                self.override,
                operator,
                name="set_flag",
                parts={"name": PathVariable(meaning="The flag.", example=next(iter(self._flags.declared)))},
                problems=(*OF_CHANGES, NOT_FOUND),
            ),
        ]

    async def flags(self, _: Request) -> JsonResponse[Flags]:
        """List the feature flags, each with its value and why it has it."""
        await self._copy.fresh()
        return JsonResponse(Flags([self._flag(flag) for flag in self._flags.declared.values()]))

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


def _action(wish: FlagWish) -> str:
    if wish.value is not None:
        return "flag on" if wish.value else "flag off"
    return "flag cleared" if wish.percentage is None else f"flag at {wish.percentage:g} %"
