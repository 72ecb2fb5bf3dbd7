"""The record of one turn of a part, while it is made."""

import dataclasses
from collections.abc import Sequence

from harness.conduct.witnesses import Witnesses
from harness.plan.scenario import Scenario
from harness.record import (
    AttemptRow,
    AuditRow,
    CpuSpan,
    FaultSpan,
    JournalRow,
    PhaseSpan,
    PullRow,
    RequestRow,
    RunRecord,
)


@dataclasses.dataclass(kw_only=True)
class PartRecord:
    """What was observed of one part."""

    phases: list[PhaseSpan] = dataclasses.field(default_factory=list)
    faults: list[FaultSpan] = dataclasses.field(default_factory=list)
    requests: list[RequestRow] = dataclasses.field(default_factory=list)
    attempts: list[AttemptRow] = dataclasses.field(default_factory=list)
    journal: list[JournalRow] = dataclasses.field(default_factory=list)
    cpu: list[CpuSpan] = dataclasses.field(default_factory=list)
    pulls: list[PullRow] = dataclasses.field(default_factory=list)
    audit: list[AuditRow] = dataclasses.field(default_factory=list)
    problems: list[str] = dataclasses.field(default_factory=list)

    def hear(self, requests: Sequence[RequestRow], witnesses: Witnesses) -> None:
        """Take over what the callers and the witnesses have said until now."""
        self.requests = list(requests)
        self.attempts = list(witnesses.attempts)
        self.journal = list(witnesses.journal)

    def so_far(self, scenario: Scenario) -> RunRecord:
        """As the record of a run that ended with the last phase that is over."""
        return RunRecord(
            scenario=scenario.name,
            run_id="",
            seed=scenario.seed,
            started_at=self.phases[0].started_at,
            ended_at=self.phases[-1].ended_at,
            phases=self.phases,
            faults=self.faults,
            requests=self.requests,
            attempts=self.attempts,
            journal=self.journal,
            cpu=self.cpu,
            pulls=self.pulls,
            audit=self.audit,
            invalid=[],
            environment={},
            overrides={},
        )
