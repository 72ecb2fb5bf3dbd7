"""`GET /api/observability/circuit-breakers`: each breaker, its rules, and what became of it lately."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from starlette.requests import Request

from service.dependencies.embeddings import Reason
from service.dependencies.isolation import breaker_key
from service.fleet.instance_views import InstanceViews
from service.fleet.operations import Operations
from service.reliability.breaker_states import BreakerState
from service.reliability.circuit_breaker import CircuitBreaker
from service.web.breaker_journal import TYPES
from service.web.fleet_scope import OfAll, OfOne, ScopeQuery, ViewPart, Whose, of_everyone
from service.web.identity import Identity
from service.web.journal import Journal
from service.web.json_response import JsonResponse
from service.web.operation import Operation

SHOWN_FOR = 600.0
"""Seconds of a breaker's past that are shown."""

CHANGES_AT_MOST = 120
"""Changes of state that are shown of it, however often it changed in that time."""


FIRST_CHANGE = 2
"""The generation that the first change of a breaker begins."""


@dataclass(frozen=True, kw_only=True)
class BreakerDocument:
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


@dataclass(frozen=True, kw_only=True)
class StateBegan:
    """A state, and when it began."""

    at: float  # Unix seconds
    state: BreakerState


@dataclass(frozen=True, kw_only=True)
class BreakerReport(BreakerDocument):
    """A circuit breaker at this instant, its rules and its past, and who isolated it: not for everybody's eyes."""

    isolated_by: Annotated[str | None, msgspec.Meta(description="Null when it is not isolated.")]
    isolated_reason: Annotated[str | None, msgspec.Meta(description="Null when it is not isolated.")]
    isolated_until: Annotated[
        float | None, msgspec.Meta(description="Unix seconds; null: until somebody resets it, or it is not isolated.")
    ]
    failure_rate_threshold: Annotated[float | None, msgspec.Meta(description="Ratio; null: no such rule.")]
    slow_call_rate_threshold: Annotated[float | None, msgspec.Meta(description="Ratio; null: no such rule.")]
    slow_call_seconds: Annotated[float | None, msgspec.Meta(description="From which a call is slow; null: none is.")]
    minimum_calls: Annotated[int, msgspec.Meta(description="In the window, before a rate means anything.")]
    consecutive_failures_threshold: Annotated[int | None, msgspec.Meta(description="Null: no such rule.")]
    max_probes: int
    successes_to_close: int
    open_seconds: float
    answered: Annotated[int, msgspec.Meta(description="Calls let through since the start that said how it is.")]
    rejected: Annotated[int, msgspec.Meta(description="Calls not made since the start.")]
    history: Annotated[
        list[StateBegan],
        msgspec.Meta(description="The state of ten minutes ago and every change since, oldest first."),
    ]


class Breakers(OfOne, frozen=True, kw_only=True):
    """The circuit breakers of this instance."""

    circuit_breakers: list[BreakerReport]
    fallbacks: Annotated[
        Mapping[Reason, int], msgspec.Meta(description="Embeddings made by the fallback since the start, by reason.")
    ]


class HeardBreakers(Breakers, frozen=True, kw_only=True):
    """The circuit breakers of an instance, as it told them."""

    heard_at: float


class FleetBreakers(OfAll, frozen=True, kw_only=True):
    """The circuit breakers of all instances."""

    instances: list[HeardBreakers]


class BreakerReports:
    """What is shown of the breakers; looking changes none."""

    def __init__(
        self,
        breakers: Mapping[str, CircuitBreaker],
        operations: Operations,
        journal: Journal,
        identity: Identity,
        views: InstanceViews,
        *,
        fallbacks: Mapping[Reason, int],
    ) -> None:
        self._breakers = breakers
        self._operations = operations
        self._journal = journal
        self._identity = identity
        self._views = views
        self._fallbacks = fallbacks
        self._began = time.time()

    def documents(self) -> list[BreakerDocument]:
        """Every breaker, in short."""
        return [BreakerDocument(**self._fields(breaker)) for breaker in self._breakers.values()]

    def report(self, breaker: CircuitBreaker) -> dict[str, Any]:
        """The members of a `BreakerReport`."""
        return self._reported(breaker, self._past([breaker.name]))

    def view(self) -> Breakers:
        """All of this instance's."""
        past = self._past(self._breakers)
        reports = [BreakerReport(**self._reported(each, past)) for each in self._breakers.values()]
        whose = self._identity
        return Breakers(
            instance=whose.instance, boot_id=whose.boot_id, circuit_breakers=reports, fallbacks=self._fallbacks
        )

    def routes(self) -> list[Operation]:
        """For viewers."""
        return [Operation("GET", "/api/observability/circuit-breakers", self.show, name="list_circuit_breakers")]

    async def show(self, _: Request, query: ScopeQuery) -> JsonResponse[Breakers | FleetBreakers]:
        """List the circuit breakers of this instance, or of all."""
        if query.scope is Whose.INSTANCE:
            return JsonResponse(self.view())
        of_all, told = await of_everyone(self._views, ViewPart.CIRCUIT_BREAKERS, HeardBreakers)
        return JsonResponse(FleetBreakers(**of_all, instances=told))

    def _past(self, breakers: Iterable[str]) -> dict[str, list[StateBegan]]:
        return histories(self._journal, breakers, since=max(self._began, time.time() - SHOWN_FOR))

    def _reported(self, breaker: CircuitBreaker, past: Mapping[str, list[StateBegan]]) -> dict[str, Any]:
        fields = self._fields(breaker)
        began = StateBegan(at=time.time() - fields["seconds_in_state"], state=fields["state"])
        return fields | self._rules(breaker) | self._isolated(breaker) | {"history": past[breaker.name] or [began]}

    def _fields(self, breaker: CircuitBreaker) -> dict[str, Any]:
        now = breaker.snapshot()
        return {
            "name": now.name,
            "state": now.state,
            "generation": now.generation,
            "seconds_in_state": time.monotonic() - now.since,
            "reason": now.reason,
            "probes_in_flight": now.probes_in_flight,
            "retry_after": now.retry_after,
            **now.figures._asdict(),
        }

    def _isolated(self, breaker: CircuitBreaker) -> dict[str, Any]:
        entry = self._operations.in_force(breaker_key(breaker.name))
        return {
            "isolated_by": None if entry is None else entry.by,
            "isolated_reason": None if entry is None else entry.reason,
            "isolated_until": None if entry is None else entry.until,
        }

    @staticmethod
    def _rules(breaker: CircuitBreaker) -> dict[str, Any]:
        config = breaker.config
        slow = config.slow_call_duration
        return {
            "failure_rate_threshold": config.failure_rate_threshold,
            "slow_call_rate_threshold": None if slow is None else config.slow_call_rate_threshold,
            "slow_call_seconds": None if slow is None else slow.total_seconds(),
            "minimum_calls": config.minimum_calls,
            "consecutive_failures_threshold": config.consecutive_failures,
            "max_probes": config.max_probes,
            "successes_to_close": config.successes_to_close,
            "open_seconds": config.open_duration.total_seconds(),
            "answered": breaker.answered,
            "rejected": breaker.rejected,
        }


def histories(journal: Journal, breakers: Iterable[str], *, since: float) -> dict[str, list[StateBegan]]:
    """The state that each breaker was in at an instant and every change since, oldest first; none: it never changed."""
    found: dict[str, list[StateBegan]] = {name: [] for name in breakers}
    wanted = set(found)
    for event in journal.newest_first():
        if event.subject in wanted and event.type in TYPES:
            states = found[event.subject]
            states.append(StateBegan(at=event.at, state=BreakerState(event.detail["to"])))
            if event.at <= since or len(states) == CHANGES_AT_MOST:
                wanted.remove(event.subject)
            elif event.detail["generation"] == FIRST_CHANGE:
                states.append(StateBegan(at=since, state=BreakerState(event.detail["from"])))
                wanted.remove(event.subject)
        if not wanted:
            break
    return {name: states[::-1] for name, states in found.items()}
