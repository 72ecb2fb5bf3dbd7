"""One turn of a part: warm up, play the phases with their faults, and hear every witness to the end."""

from collections import Counter
from collections.abc import Sequence

import gevent

from harness.conduct.decisions import Decisions
from harness.conduct.faults import FaultSwitch
from harness.conduct.levers import audit_since, pull
from harness.conduct.operations import carry_out
from harness.conduct.part_record import PartRecord
from harness.conduct.progress import Moment
from harness.conduct.safety import AbortRule
from harness.conduct.stage import Stage, StoppedError
from harness.conduct.warm_up import warm_up
from harness.conduct.witnesses import Witnesses
from harness.plan.arrivals import WARM_UP, Turn, part_phases, request_id_prefix, turn_plan
from harness.plan.operation import Operation, Pull
from harness.plan.scenario import Phase
from harness.record import CpuSpan, Part, PhaseSpan, RequestRow
from harness.targets.control import ControlError
from harness.targets.system import System

LEAD = 1.5
"""Seconds from giving out the plan to its first instant: time for every player to get ready."""

TICK = 0.5
"""Seconds between two looks at the witnesses."""

UNREACHABLE_AFTER = 4
"""Looks in a row at which no witness at all answers."""

SETTLE = 0.3
"""Seconds without a new row after which the witnesses have said all."""

SETTLE_LIMIT = 5.0
"""Seconds to wait for that at most."""

END_LIMIT = 20.0
"""Seconds beyond the longest timeout that the players have to report their last rows."""


class PartRun:
    """Plays one turn of a part against its system."""

    def __init__(self, stage: Stage, system: System, turn: Turn) -> None:
        """ControlError when a witness does not answer."""
        self._stage = stage
        self._system = system
        self._turn = turn
        phases = part_phases(stage.scenario, turn.part)
        self._phases = [phase for phase in phases if phase.name in turn.phases]
        self._witnesses = Witnesses(system, clock=stage.clock)
        self._switch = FaultSwitch(system, seed=stage.scenario.seed, clock=stage.clock)
        self._abort_rule = AbortRule(self._phases if system.part is Part.MAIN else ())
        self._phase = self._phases[0]
        self._phase_began_at = stage.clock()
        self._judged = 0
        self._over = False
        self._planned = Counter(arrival.phase for arrival in turn_plan(stage.scenario, turn))
        self._untold: list[Phase] = []  # phases that are over, while requests of theirs may be in flight
        self._told = 0  # phases
        criteria = [each for each in stage.scenario.criteria if set(each.phases) <= set(turn.phases)]
        self._decisions = Decisions(criteria if system.part is Part.MAIN else (), self._phases)
        self._record = PartRecord()

    def play(self) -> PartRecord:
        """Play the phases; also when stopped, the record of what was measured. ControlError before the first phase."""
        documents = warm_up(self._system, self._stage.scenario, self._phases)
        self._settle(WARM_UP)
        for problem in self._witnesses.problems():
            raise ControlError(f"before the run: {problem}")
        self._witnesses.forget()
        starts_at = self._stage.clock() + LEAD
        self._stage.crew.go(
            scenario=self._stage.scenario.name,
            turn=self._turn,
            starts_at=starts_at,
            addresses=self._system.addresses,
            headers=self._system.headers,
            documents=documents,
        )
        watch = gevent.spawn(self._watch)
        played = False
        try:
            self._play_phases(starts_at)
            played = True
        except StoppedError:
            pass  # the reason is the stage's to tell
        except ControlError as error:
            self._record.problems.append(str(error))
        finally:
            if not played:  # whatever happened, the load must not outlive it
                self._stage.crew.halt()
            self._wait_for_last_rows()
            self._over = True
            watch.get()  # raises what ended it, since a run that nobody watched proves nothing
        self._settle(request_id_prefix(self._stage.scenario, self._system.part))
        try:
            self._read_audit()
        except ControlError as error:
            self._record.problems.append(str(error))
        self._tell_phases(all_ended=True)
        self._record.hear(self._stage.crew.rows, self._witnesses)
        self._record.problems += [*self._stage.crew.problems(), *self._witnesses.problems()]
        return self._record

    def _play_phases(self, starts_at: float) -> None:
        try:
            for phase in self._phases:
                self._play_phase(phase, starts_at)
                starts_at += phase.seconds
        finally:
            self._clear_faults()

    def _play_phase(self, phase: Phase, starts_at: float) -> None:
        self._until(starts_at)
        self._clear_faults()
        self._phase, self._phase_began_at = phase, starts_at
        for operation in phase.operations:
            self._carry_out(operation, phase)
        self._switch.set(phase)
        used = self._stage.target.cpu_seconds(self._system.part)
        try:
            self._until(starts_at + phase.seconds)
        finally:
            self._note_cpu(phase, used)
            ended_at = min(self._stage.clock(), starts_at + phase.seconds)
            span = PhaseSpan(part=self._system.part, phase=phase.name, started_at=starts_at, ended_at=ended_at)
            self._record.phases.append(span)
            self._untold.append(phase)

    def _carry_out(self, operation: Operation, phase: Phase) -> None:
        if isinstance(operation, Pull):
            pulled = pull(operation, phase=phase.name, system=self._system, clock=self._stage.clock)
            self._record.pulls.append(pulled)
            self._read_audit()
        else:
            carry_out(operation, system=self._system, target=self._stage.target, witnesses=self._witnesses)

    def _read_audit(self) -> None:
        if self._record.pulls:
            since = self._record.pulls[0].began_at
            self._record.audit = audit_since(since, system=self._system, clock=self._stage.clock)

    def _note_cpu(self, phase: Phase, before: float | None) -> None:
        now = self._stage.target.cpu_seconds(self._system.part)
        if before is not None and now is not None:
            self._record.cpu.append(CpuSpan(part=self._system.part, phase=phase.name, seconds=now - before))

    def _until(self, instant: float) -> None:
        while (left := instant - self._stage.clock()) > 0:
            self._stage.stop.check()
            gevent.sleep(min(left, 0.1))

    def _clear_faults(self) -> None:
        self._record.faults += self._switch.clear()

    def _wait_for_last_rows(self) -> None:
        """Requests in flight may end, whatever stopped the run: a row that is missing could be a bad one."""
        give_up_at = self._stage.clock() + max(phase.timeout for phase in self._phases) + END_LIMIT
        while not self._stage.crew.finished and self._stage.clock() < give_up_at:
            gevent.sleep(0.05)

    def _watch(self) -> None:
        """Look at the witnesses until the part is over; stop the run when it does no good any more."""
        while not self._over:
            gevent.sleep(TICK)
            self._witnesses.poll()
            rows = self._stage.crew.rows
            if reason := self._reason_to_abort(rows[self._judged :]):
                self._stage.stop.ask(reason)
            self._judged = len(rows)
            self._tell_phases(all_ended=False)
            self._stage.progress.tick(self._moment())

    def _tell_phases(self, *, all_ended: bool) -> None:
        if not self._untold:
            return
        ended = Counter(row.phase for row in self._stage.crew.rows)
        while self._untold and (all_ended or ended[self._untold[0].name] == self._planned[self._untold[0].name]):
            phase = self._untold.pop(0)
            rows = [row for row in self._stage.crew.rows if row.phase == phase.name]
            self._told += 1
            self._stage.progress.phase_ended(self._system.part, phase, rows)
            for criterion in self._decisions.due(self._told):
                self._record.hear(self._stage.crew.rows, self._witnesses)
                so_far = self._record.so_far(self._stage.scenario)
                self._stage.progress.decided(criterion.name, criterion.assess(so_far))

    def _reason_to_abort(self, fresh: Sequence[RequestRow]) -> str:
        if ended := self._stage.target.ended():
            return ended
        if missing := self._stage.crew.missing:
            return missing
        if self._witnesses.misses >= UNREACHABLE_AFTER:
            return f"the target was out of reach for {self._witnesses.misses * TICK:g} s or longer"
        return self._abort_rule.reason(fresh)

    def _settle(self, prefix: str) -> None:
        """Hear the witnesses until nothing new comes up about the requests whose ids start with `prefix`."""
        give_up_at = self._stage.clock() + SETTLE_LIMIT
        known = -1
        while self._stage.clock() < give_up_at:
            self._witnesses.poll()
            heard = sum(attempt.request_id.startswith(prefix) for attempt in self._witnesses.attempts)
            if heard == known and self._witnesses.answered:
                return
            known = heard
            gevent.sleep(SETTLE)

    def _moment(self) -> Moment:
        return Moment(
            part=self._system.part,
            phase=self._phase,
            phase_began_at=self._phase_began_at,
            at=self._stage.clock(),
            sent=self._stage.crew.sent,
            rows=self._stage.crew.rows,
            journal=self._witnesses.journal,
        )
