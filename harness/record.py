"""What one run of a scenario observed: the rows of its three witnesses, before any judgement.

Every instant is in Unix seconds on the generator's clock; instants of other processes are moved there by the measured
offset of their clock before they get here.
"""

from enum import StrEnum
from typing import Any

import msgspec


class Part(StrEnum):
    """Which system a row belongs to: the service with its reliability layer, or the twin without it."""

    MAIN = "main"
    CONTRAST = "contrast"


class Outcome(StrEnum):
    """How a request ended for its caller."""

    SERVED = "served"  # 2xx, from the dependency itself
    FALLBACK = "fallback"  # 2xx, from the fallback
    REFUSED = "refused"  # 4xx: the caller's own mistake
    SHED = "shed"  # 503 with Retry-After, answered without trying
    FAILED = "failed"  # any other 5xx, or a broken connection
    TIMED_OUT = "timed_out"  # no answer within the client's timeout


class RequestRow(msgspec.Struct, frozen=True, kw_only=True):
    """One request as its client saw it. Latency counts from `planned_at`, service time from `sent_at`."""

    request_id: str
    part: Part
    phase: str
    request: str  # the kind, as declared by the scenario
    caller: str
    planned_at: float
    sent_at: float
    ended_at: float
    status: int  # 0 when there was no answer
    outcome: Outcome
    reason: str = ""  # why a fallback, a shed or a failure, in the service's words
    attempts: int | None = None  # attempts on the dependency that the service says it made; None when it did not say
    variant: str = ""  # stable | canary, as the answer says; "" where there is no rollout
    instance: str = ""

    @property
    def latency(self) -> float:
        """Seconds from the planned instant to the end of the answer."""
        return self.ended_at - self.planned_at


class AttemptRow(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt that reached a dependency, as the dependency (or the fault injector before it) saw it."""

    request_id: str
    attempt: int  # 1 is the first try, more are retries
    instance: str
    permit: str  # "<generation>-<breaker state>", as issued by the breaker; "" without a breaker
    dependency: str
    arrived_at: float
    ended_at: float | None  # None: never answered
    result: str  # ok | error | slow | hang | reset | malformed | refused_input
    fault: str = ""  # the mode of the fault it met, or ""
    model: str = ""  # of the provider


class JournalRow(msgspec.Struct, frozen=True, kw_only=True):
    """One transition that an instance wrote into its event journal."""

    instance: str
    boot_id: str
    sequence: int
    at: float
    type: str  # breaker_opened | breaker_half_opened | breaker_closed | …
    subject: str  # the breaker's name
    reason: str
    detail: dict[str, Any]


class PhaseSpan(msgspec.Struct, frozen=True, kw_only=True):
    """When a phase really ran."""

    part: Part
    phase: str
    started_at: float
    ended_at: float


class FaultSpan(msgspec.Struct, frozen=True, kw_only=True):
    """When a fault was really active, as confirmed by who plays it."""

    part: Part
    phase: str
    dependency: str
    fault: str  # one line, for people
    started_at: float
    ended_at: float


class CpuSpan(msgspec.Struct, frozen=True, kw_only=True):
    """What the processes of a part took of the CPU while a phase ran."""

    part: Part
    phase: str
    seconds: float


class PullRow(msgspec.Struct, frozen=True, kw_only=True):
    """One command of `ops`, as whoever ran it saw it."""

    phase: str
    command: str
    reason: str  # that it gave: the audit tells it again
    began_at: float
    ended_at: float
    exit_code: int
    said: str  # its last line, when it failed


class AuditRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the service's audit."""

    at: float
    by: str
    action: str
    subject: str  # what was changed
    reason: str


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Everything observed in one run of one scenario."""

    scenario: str
    run_id: str
    seed: int
    started_at: float
    ended_at: float
    phases: list[PhaseSpan]
    faults: list[FaultSpan]
    requests: list[RequestRow]
    attempts: list[AttemptRow]
    journal: list[JournalRow]
    cpu: list[CpuSpan] = []
    pulls: list[PullRow] = []
    audit: list[AuditRow] = []  # of the run's length, oldest first
    invalid: list[str]  # why no verdict may rest on this run: generator late, witness missing, target not ours
    aborted: str = ""  # the safety rule or the signal that ended the run early
    environment: dict[str, str]  # versions, machine, commit, command to repeat; nothing secret
    overrides: dict[str, str]  # settings of the target that differ from production's
