"""The operators' levers: each is pulled by `ops` under load, and put back. Does it work, everywhere, and alone?"""

from typing import NamedTuple

from harness.cli.wiring import ConductedShape, ScenarioUser
from harness.conduct.levers import OPERATOR
from harness.criteria.goodput import Goodput
from harness.criteria.held_messages import NothingLost, TimeUntilHeld
from harness.criteria.lever import AuditComplete, TimeToTakeEffect, TimeToUndo
from harness.plan.effect import Effect
from harness.plan.operation import Pull
from harness.plan.requests import create_document, embed, publish_event, read_document
from harness.plan.scenario import Phase, Scenario
from harness.record import Outcome

__all__ = ["ConductedShape", "Drills"]  # what Locust looks for

SECONDS = 7.0
"""Of a phase: the command with its wait, and what is needed to see the answers after it."""

TTL = ("--ttl", "60s")
"""A lever ends by itself, should the run end before it is put back."""

AT_MOST = 2.5
"""Seconds. No instance serves on a copy older than 2 s; half a second is left for a busy machine."""


def fallback(reason: str) -> Effect:
    """Texts are embedded by the fallback."""
    return Effect(requests=("embed",), outcome=Outcome.FALLBACK, reason=reason)


drained = Effect(requests=("create_document", "publish_event"), outcome=Outcome.SHED, reason="write_drain")
stable = Effect(requests=("embed",), outcome=Outcome.SERVED, variant="stable")


class Lever(NamedTuple):
    """How it is pulled and put back, what shows it, and whose callers must not notice."""

    name: str
    pull: tuple[str, ...]
    put_back: tuple[str, ...]
    effect: Effect
    others: tuple[str, ...]

    @property
    def undone(self) -> str:
        """The name of the phase that begins with it being put back."""
        return f"{self.name}, put back"


flag, breaker, documents = "provider_embeddings", "embeddings:stable", ("read_document", "create_document")

LEVERS = (
    Lever("safe mode", ("safe-mode", "on", "--yes"), ("safe-mode", "off"), fallback("safe_mode"), documents),
    Lever("brownout", ("brownout", "on"), ("brownout", "off"), fallback("brownout"), documents),
    Lever("write drain", ("write-drain", "on", "--yes"), ("write-drain", "off"), drained, ("read_document", "embed")),
    Lever("flag off", ("flags", "set", flag, "--off"), ("flags", "clear", flag), fallback("flag_off"), documents),
    Lever(
        "isolated",
        ("breakers", "isolate", breaker, "--yes"),
        ("breakers", "reset", breaker),
        fallback("circuit_open"),
        documents,
    ),
)


def phase(name: str, *operations: Pull) -> Phase:
    """A phase of this scenario."""
    return Phase(name=name, seconds=SECONDS, rate=40, operations=operations)


class Drills(ScenarioUser):
    """What an engineer does at three in the morning, while callers go on."""

    scenario = Scenario(
        name="drills",
        title="Every lever works on every instance, and is put back",
        requests=[read_document.weighted(4), embed.weighted(4), create_document.weighted(1), publish_event.weighted(1)],
        phases=[
            Phase(name="healthy", seconds=3, rate=40),
            *(
                each
                for lever in LEVERS
                for each in (
                    phase(lever.name, Pull(command=(*lever.pull, *TTL))),
                    phase(lever.undone, Pull(command=lever.put_back)),
                )
            ),
            phase("quarantine", Pull(command=("quarantine", "indexer", *TTL))),
            phase("released", Pull(command=("release", "indexer"))),
            phase("canary at 50 %", Pull(command=("rollout", "start", "embeddings", "--step", "0.5"))),
            phase("rolled back", Pull(command=("rollout", "rollback", "embeddings"))),
        ],
        criteria=[
            *(TimeToTakeEffect(phase=lever.name, effect=lever.effect, at_most=AT_MOST) for lever in LEVERS),
            *(Goodput(phase=lever.name, requests=lever.others, at_least=0.99) for lever in LEVERS),
            *(TimeToUndo(phase=lever.undone, effect=lever.effect, at_most=AT_MOST) for lever in LEVERS),
            TimeUntilHeld(phase="quarantine", publishing="publish_event", at_most=AT_MOST),
            Goodput(phase="quarantine", at_least=0.99),
            NothingLost(phase="quarantine", publishing="publish_event"),
            TimeToTakeEffect(phase="rolled back", effect=stable, at_most=AT_MOST),
            Goodput(phase="rolled back", at_least=0.99),
            AuditComplete(
                over=(
                    *(name for lever in LEVERS for name in (lever.name, lever.undone)),
                    *("quarantine", "released", "canary at 50 %", "rolled back"),
                ),
                by=OPERATOR,
            ),
        ],
    )
