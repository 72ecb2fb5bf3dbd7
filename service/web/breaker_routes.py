"""What an operator may do to the breakers: isolate and reset."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.middleware import Middleware
from starlette.requests import Request

from service.dependencies.isolation import breaker_key
from service.fleet.operations import Operations
from service.reliability.circuit_breaker import CircuitBreaker
from service.reliability.control_entry import Change
from service.web.adds import PathVariable
from service.web.breaker_reports import BreakerReport, BreakerReports
from service.web.json_response import JsonResponse
from service.web.operation import Operation
from service.web.operator_change import (
    OF_CHANGES,
    ChangeDocument,
    Wish,
    change_made,
    change_members,
    change_operation,
    operator_in,
)
from service.web.problems import NOT_FOUND, ProblemError


@dataclass(frozen=True, kw_only=True)
class BreakerChange(BreakerReport, ChangeDocument):  # two parents, which no Struct can have
    """What became of the entry that isolates a breaker, or would in a dry run; and this instance's breaker now."""


class BreakerRoutes:
    """What an operator may do to the breakers: on every instance."""

    def __init__(self, breakers: Mapping[str, CircuitBreaker], operations: Operations, reports: BreakerReports) -> None:
        self._breakers = breakers
        self._operations = operations
        self._reports = reports

    def operator_routes(self, operator: Middleware) -> list[Operation]:
        """For operators, whom the middleware `operator` lets pass."""
        path = "/api/ops/circuit-breakers/{name}"
        parts = {"name": PathVariable(meaning="The breaker.", example=next(iter(self._breakers), "document_database"))}
        return [
            change_operation(
                "POST",
                f"{path}/{verb}",
                change,
                operator,
                name=f"{verb}_circuit_breaker",
                parts=parts,
                problems=(*OF_CHANGES, NOT_FOUND),
            )
            for verb, change in (("isolate", self.isolate), ("reset", self.reset))
        ]

    async def isolate(self, request: Request, body: Wish) -> JsonResponse[BreakerChange]:
        """Have a breaker reject every call, on every instance, until it is reset or its time is over."""
        return await self._changed(request, body, on=True, action="isolate")

    async def reset(self, request: Request, body: Wish) -> JsonResponse[BreakerChange]:
        """Close a breaker on every instance, whatever its state, and forget what was counted."""
        return await self._changed(request, body, on=False, action="reset")

    async def _changed(self, request: Request, wish: Wish, *, on: bool, action: str) -> JsonResponse[BreakerChange]:
        breaker = self._breaker(request)
        key = breaker_key(breaker.name)
        change = Change(
            on=on,
            by=operator_in(request),
            reason=wish.reason,
            ttl=wish.ttl,
            action=action,
            again=not on,  # a breaker that opened by itself is closed too
        )
        done = await change_made(self._operations, key, change, wish)
        return JsonResponse(BreakerChange(**change_members(key, done, wish), **self._reports.report(breaker)))

    def _breaker(self, request: Request) -> CircuitBreaker:
        name = request.path_params["name"]
        breaker = self._breakers.get(name)
        if breaker is None:
            known = ", ".join(self._breakers) or "none, since the reliability system is off"
            raise ProblemError(NOT_FOUND, f"there is no such circuit breaker; expected one of: {known}")
        return breaker
