"""`GET /api/observability/circuit-breakers`, and the operators' isolate and reset."""

import time
from collections.abc import Callable, Mapping
from typing import Annotated

import msgspec
from starlette.middleware import Middleware
from starlette.requests import Request

from service.reliability.breaker_states import BreakerState
from service.reliability.circuit_breaker import CircuitBreaker
from service.web.adds import Part
from service.web.caller_present import CallerPresent
from service.web.json_response import JsonResponse
from service.web.operation import Operation
from service.web.problems import NOT_FOUND, ProblemError

NAME = Part(meaning="The circuit breaker.", example="embeddings:stable")


class BreakerDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A circuit breaker at this instant."""

    name: str
    state: BreakerState
    generation: int
    seconds_in_state: float
    reason: str
    calls: int
    failure_rate: float
    slow_rate: float
    consecutive_failures: int
    probes_in_flight: int
    retry_after: float | None


class Breakers(msgspec.Struct, frozen=True):
    """The circuit breakers of this instance."""

    circuit_breakers: list[BreakerDocument]


class Why(msgspec.Struct, frozen=True):
    """The reason of an operator."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class BreakerRoutes:
    """What is shown of the breakers, and what an operator may do to them."""

    def __init__(self, breakers: Mapping[str, CircuitBreaker], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._breakers = breakers
        self._clock = clock

    def documents(self) -> list[BreakerDocument]:
        """Every breaker; looking changes none."""
        return [self._document(breaker) for breaker in self._breakers.values()]

    def observability_routes(self) -> list[Operation]:
        """For everyone."""
        return [Operation("GET", "/api/observability/circuit-breakers", self.show, name="list_circuit_breakers")]

    def operator_routes(self, operator: Middleware) -> list[Operation]:
        """For operators, whom the middleware `operator` lets pass."""

        async def isolate(request: Request, body: Why) -> JsonResponse[BreakerDocument]:
            """Hold a circuit breaker open until it is reset."""
            breaker = self._breaker(request)
            breaker.isolate(body.reason)
            return JsonResponse(self._document(breaker))

        async def reset(request: Request, body: Why) -> JsonResponse[BreakerDocument]:
            """Close a circuit breaker, whatever it has seen."""
            breaker = self._breaker(request)
            breaker.reset(body.reason)
            return JsonResponse(self._document(breaker))

        return [
            Operation(
                "POST",
                f"/api/ops/circuit-breakers/{{name}}/{handler.__name__}",
                handler,
                name=f"{handler.__name__}_circuit_breaker",
                parts={"name": NAME},
                problems=(NOT_FOUND,),
                middleware=[operator, Middleware(CallerPresent)],
            )
            for handler in (isolate, reset)
        ]

    async def show(self, _: Request) -> JsonResponse[Breakers]:
        """List the circuit breakers of this instance."""
        return JsonResponse(Breakers(self.documents()))

    def _breaker(self, request: Request) -> CircuitBreaker:
        name = request.path_params["name"]
        breaker = self._breakers.get(name)
        if breaker is None:
            known = ", ".join(self._breakers) or "none, since the reliability system is off"
            raise ProblemError(NOT_FOUND, f"there is no such circuit breaker; expected one of: {known}")
        return breaker

    def _document(self, breaker: CircuitBreaker) -> BreakerDocument:
        now = breaker.snapshot()
        return BreakerDocument(
            name=now.name,
            state=now.state,
            generation=now.generation,
            seconds_in_state=self._clock() - now.since,
            reason=now.reason,
            probes_in_flight=now.probes_in_flight,
            retry_after=now.retry_after,
            **now.figures._asdict(),
        )
