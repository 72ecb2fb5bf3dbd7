"""The operators' faults, and the injector's log of attempts."""

import time
from collections.abc import Mapping
from typing import Annotated, TypeAlias

import msgspec
from starlette.middleware import Middleware
from starlette.requests import Request

from service.dependencies.attempt_log import AttemptLog, AttemptRow
from service.dependencies.fault import Fault, FaultMode, Lease
from service.dependencies.fault_injection import FaultInjector
from service.web.adds import PathVariable
from service.web.faults import Faults
from service.web.json_response import JsonResponse
from service.web.operation import Operation
from service.web.operator_change import OPERATOR_NAME, Reason, change_operation, operator_in
from service.web.problems import CONFLICT, CONTROL_STORE_AWAY, INVALID, NOT_FOUND, ProblemError

_SLOWED = {"properties": {"mode": {"const": FaultMode.SLOW}}}
_BY_SOMETHING = {"properties": {"latency": {"exclusiveMinimum": 0}}, "required": ["latency"]}


class ReasonedFault(Fault, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fault, and why it is set, which load tests need not say."""

    reason: Annotated[
        Reason | None, msgspec.Meta(description="Why; it stands in the audit. null: there stands what is played.")
    ] = None

    @property
    def fault(self) -> Fault:
        """What is played."""
        return Fault(**{name: getattr(self, name) for name in Fault.__struct_fields__})


FaultWish: TypeAlias = Annotated[ReasonedFault, msgspec.Meta(extra_json_schema={"if": _SLOWED, "then": _BY_SOMETHING})]
"""That, with what the fault's own check adds to the schema of its members."""


class LeaseDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A fault that is set, and its lease in Unix seconds."""

    dependency: str
    fault: Fault
    since: float
    until: float


class RunningFaults(msgspec.Struct, frozen=True, kw_only=True):
    """The faults whose lease runs."""

    now: float
    faults: list[LeaseDocument]


class Cleared(msgspec.Struct, frozen=True, kw_only=True):
    """A fault that was taken back; `cleared` is false when none was running."""

    dependency: str
    cleared: bool
    at: float


class AttemptsQuery(msgspec.Struct, frozen=True):
    """From where to read."""

    after: Annotated[int, msgspec.Meta(ge=0)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 10_000


class Attempts(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the log; `next` is the `after` of the following page."""

    attempts: list[AttemptRow]
    next: int
    dropped: int  # rows after `after` that are no longer kept


class FaultRoutes:
    """Sets and clears faults; there are none to set while `FAULT_INJECTION` is off."""

    def __init__(
        self,
        injectors: Mapping[str, FaultInjector],
        faults: Faults,
        log: AttemptLog,
    ) -> None:
        self._injectors = injectors
        self._faults = faults
        self._log = log

    def operator_routes(self, operator: Middleware) -> list[Operation]:
        """For operators, whom the middleware `operator` lets pass."""
        one = "/api/ops/faults/{dependency}"
        parts = {
            "dependency": PathVariable(meaning="The dependency.", example=next(iter(self._injectors), "embeddings"))
        }
        changes = (CONFLICT, CONTROL_STORE_AWAY, NOT_FOUND)
        return [
            Operation("GET", "/api/ops/faults", self.show, name="list_faults", middleware=[operator]),
            Operation("GET", "/api/ops/faults/attempts", self.attempts, name="list_attempts", middleware=[operator]),
            change_operation("PUT", one, self.put, operator, name="set_fault", parts=parts, problems=changes),
            Operation(
                "DELETE",
                one,
                self.delete,
                name="clear_fault",
                parts=parts,
                problems=(*changes, INVALID),
                takes=[OPERATOR_NAME],
                middleware=[operator],
            ),
        ]

    async def put(self, request: Request, body: FaultWish) -> JsonResponse[LeaseDocument]:
        """Have a dependency fail on every instance for a while.

        At once on the instance that is asked, on the others with their next look, which is within two seconds where
        they serve anything. Without the reliability system it is this instance alone.
        """
        injector = self._injector(request)
        lease = await self._faults.set(injector.dependency, body.fault, by=operator_in(request), reason=body.reason)
        return JsonResponse(_document(injector.dependency, lease))

    async def delete(self, request: Request) -> JsonResponse[Cleared]:
        """Take a fault back."""
        injector = self._injector(request)
        cleared = await self._faults.clear(injector.dependency, operator_in(request))
        return JsonResponse(Cleared(dependency=injector.dependency, cleared=cleared, at=time.time()))

    async def show(self, _: Request) -> JsonResponse[RunningFaults]:
        """List the faults that are set."""
        await self._faults.fresh()
        leases = [(injector.dependency, injector.lease()) for injector in self._injectors.values()]
        running = [_document(dependency, lease) for dependency, lease in leases if lease is not None]
        return JsonResponse(RunningFaults(now=time.time(), faults=running))

    async def attempts(self, _: Request, query: AttemptsQuery) -> JsonResponse[Attempts]:
        """List the attempts on the dependencies of this instance, oldest first."""
        rows, dropped = self._log.after(query.after, query.limit)
        following = rows[-1].sequence if rows else query.after + dropped
        return JsonResponse(Attempts(attempts=rows, next=following, dropped=dropped))

    def _injector(self, request: Request) -> FaultInjector:
        injector = self._injectors.get(request.path_params["dependency"])
        if injector is None:
            known = ", ".join(self._injectors) or "none, since FAULT_INJECTION is false"
            raise ProblemError(NOT_FOUND, f"no fault can be set on this; expected one of: {known}")
        return injector


def _document(dependency: str, lease: Lease) -> LeaseDocument:
    return LeaseDocument(dependency=dependency, fault=lease.fault, since=lease.since, until=lease.until)
