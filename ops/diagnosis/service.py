"""Troubles of traffic, circuit breakers and health gates."""

from collections.abc import Iterator, Sequence

from ops.diagnosis.trouble import Runbook, Trouble, Urgency, command_with_reason
from ops.readings.breakers import Breaker
from ops.readings.gates import Gate, Gates
from ops.readings.traffic import Rates

ERRORS = 0.01
"""The share of failed requests from which it is a trouble: the error budget of a service at 99 %."""

EMBEDDINGS, DATABASE = "embeddings", "document_database"
BROWNOUT = command_with_reason("brownout", "on", "--ttl", "30m")
WRITE_DRAIN = command_with_reason("write-drain", "on", "--ttl", "15m")


def of_traffic(rates: Rates | None) -> Iterator[Trouble]:
    """Callers who got errors, or were turned away."""
    if rates is None:
        return
    if (share := rates.share(rates.failed)) >= ERRORS:
        yield Trouble(
            urgency=Urgency.BAD,
            sentence=f"{share:.1%} of the requests fail",
            command=("breakers", "list"),
            runbook=Runbook.OVERLOAD,
        )
    if (share := rates.share(rates.shed)) >= ERRORS:
        yield Trouble(
            urgency=Urgency.WARNING,
            sentence=f"{share:.1%} of the requests are turned away",
            command=("watch",),
            runbook=Runbook.OVERLOAD,
        )


def of_breakers(breakers: Sequence[Breaker]) -> Iterator[Trouble]:
    """Those that are not closed."""
    yield from (_of_breaker(breaker) for breaker in breakers if not breaker.closed)


def _of_breaker(breaker: Breaker) -> Trouble:
    why = f": {breaker.reason}" if breaker.reason else ""
    runbook = Runbook.PROVIDER_DOWN if _of_provider(breaker.name) else Runbook.DATABASE_SLOW
    if breaker.state == "isolated":
        by = f" by {breaker.isolated_by}" if breaker.isolated_by else ""
        return Trouble(
            urgency=Urgency.WARNING,
            sentence=f"breaker {breaker.name} is isolated{by}{why}",
            command=command_with_reason("breakers", "reset", breaker.name),
            runbook=runbook,
        )
    if breaker.state == "half_open":
        return Trouble(
            urgency=Urgency.WARNING,
            sentence=f"breaker {breaker.name} is half open: it tries whether its dependency is back",
            command=("watch",),
            runbook=runbook,
        )
    return Trouble(
        urgency=Urgency.BAD,
        sentence=f"breaker {breaker.name} is {breaker.state}{why}",
        command=BROWNOUT if _of_provider(breaker.name) else ("breakers", "list"),
        runbook=runbook,
    )


def _of_provider(name: str) -> bool:
    return name.startswith(EMBEDDINGS)


def of_gates(gates: Gates, *, spared: bool) -> Iterator[Trouble]:
    """Those that are shut, and what they make of the instance; not the provider's, when it is `spared` on purpose."""
    shut = [gate for gate in gates.gates if not gate.ready and not (spared and _of_provider(gate.name))]
    yield from (_of_gate(gate) for gate in shut)
    if gates.stale:
        yield Trouble(
            urgency=Urgency.UNKNOWN, sentence="the health gates were not checked for too long", command=("instances",)
        )
    if not gates.ready and not any(gate.critical for gate in shut):
        yield Trouble(
            urgency=Urgency.BAD, sentence="the instance is not ready: it turns requests away", command=("watch",)
        )


def _of_gate(gate: Gate) -> Trouble:
    why = f" ({gate.last_error})" if gate.last_error else ""
    coming = f", {gate.consecutive_passes} of {gate.required} passes" if gate.consecutive_passes else ""
    if not gate.critical:
        return Trouble(
            urgency=Urgency.WARNING,
            sentence=f"gate {gate.name} is shut{why}{coming}",
            command=BROWNOUT if _of_provider(gate.name) else ("instances",),
            runbook=Runbook.PROVIDER_DOWN if _of_provider(gate.name) else None,
        )
    return Trouble(
        urgency=Urgency.BAD,
        sentence=f"critical gate {gate.name} is shut{why}{coming}: requests are turned away",
        command=WRITE_DRAIN if gate.name == DATABASE else ("breakers", "list"),
        runbook=Runbook.DATABASE_SLOW,
    )
