"""The operators' faults, and the injector's log of attempts."""

import time
from collections.abc import Callable, Mapping
from typing import Annotated, TypeAlias

import msgspec
from starlette.middleware import Middleware
from starlette.requests import Request

from service.dependencies.attempt_log import AttemptLog, AttemptRow
from service.dependencies.fault import Fault, FaultMode, Lease
from service.dependencies.fault_injection import FaultInjector
from service.web.adds import Part
from service.web.caller_present import CallerPresent
from service.web.journal import Journal, Type
from service.web.json_response import JsonResponse
from service.web.operation import Operation
from service.web.problems import NOT_FOUND, ProblemError

DEPENDENCY = Part(meaning="The dependency.", example="document_database")

_SLOWED = {"properties": {"mode": {"const": FaultMode.SLOW}}}
_BY_SOMETHING = {"properties": {"latency": {"exclusiveMinimum": 0}}, "required": ["latency"]}

FaultWish: TypeAlias = Annotated[Fault, msgspec.Meta(extra_json_schema={"if": _SLOWED, "then": _BY_SOMETHING})]
"""A fault, with what its own check adds to the schema of its members."""


class LeaseDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A fault that is set, and its lease in Unix seconds."""

    dependency: str
    fault: Fault
    since: float
    until: float


class Faults(msgspec.Struct, frozen=True, kw_only=True):
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
        log: AttemptLog,
        journal: Journal,
        *,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._injectors = injectors
        self._log = log
        self._journal = journal
        self._now = wall_clock

    def operator_routes(self, operator: Middleware) -> list[Operation]:
        """For operators, whom the middleware `operator` lets pass."""

        async def put(request: Request, body: FaultWish) -> JsonResponse[LeaseDocument]:
            """Set a fault on a dependency for a bounded time."""
            injector = self._injector(request)
            lease = injector.set(body)
            reason = f"{lease.fault.mode} for {lease.fault.seconds:g} s"
            self._journal.record(Type.FAULT_SET, injector.dependency, reason, msgspec.to_builtins(lease.fault))
            return JsonResponse(_document(injector.dependency, lease))

        async def delete(request: Request) -> JsonResponse[Cleared]:
            """Take the fault of a dependency back."""
            injector = self._injector(request)
            cleared = injector.clear()
            if cleared:
                self._journal.record(Type.FAULT_CLEARED, injector.dependency, "taken back by an operator")
            return JsonResponse(Cleared(dependency=injector.dependency, cleared=cleared, at=self._now()))

        async def show(_: Request) -> JsonResponse[Faults]:
            """List the faults that are played."""
            leases = [(injector.dependency, injector.lease()) for injector in self._injectors.values()]
            running = [_document(dependency, lease) for dependency, lease in leases if lease is not None]
            return JsonResponse(Faults(now=self._now(), faults=running))

        async def attempts(_: Request, query: AttemptsQuery) -> JsonResponse[Attempts]:
            """List the attempts on dependencies, in the order in which their fate was final."""
            rows, dropped = self._log.after(query.after, query.limit)
            following = rows[-1].sequence if rows else query.after + dropped
            return JsonResponse(Attempts(attempts=rows, next=following, dropped=dropped))

        attended = [operator, Middleware(CallerPresent)]
        return [
            Operation("GET", "/api/ops/faults", show, name="list_faults", middleware=[operator]),
            Operation("GET", "/api/ops/faults/attempts", attempts, name="list_attempts", middleware=[operator]),
            Operation(
                "PUT",
                "/api/ops/faults/{dependency}",
                put,
                name="set_fault",
                parts={"dependency": DEPENDENCY},
                problems=(NOT_FOUND,),
                middleware=attended,
            ),
            Operation(
                "DELETE",
                "/api/ops/faults/{dependency}",
                delete,
                name="clear_fault",
                parts={"dependency": DEPENDENCY},
                problems=(NOT_FOUND,),
                middleware=[operator],
            ),
        ]

    def _injector(self, request: Request) -> FaultInjector:
        injector = self._injectors.get(request.path_params["dependency"])
        if injector is None:
            known = ", ".join(self._injectors) or "none, since FAULT_INJECTION is false"
            raise ProblemError(NOT_FOUND, f"no fault can be set on this; expected one of: {known}")
        return injector


def _document(dependency: str, lease: Lease) -> LeaseDocument:
    return LeaseDocument(dependency=dependency, fault=lease.fault, since=lease.since, until=lease.until)
