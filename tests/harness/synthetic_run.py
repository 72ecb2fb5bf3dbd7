"""A run that never happened: a model of callers, instances and a provider, played in virtual time.

What it must show is known from its parameters, so that verdicts on it can be checked.
"""

import heapq
import itertools
import random
from collections.abc import Callable, Sequence

from harness.record import AttemptRow, FaultSpan, JournalRow, Outcome, Part, PhaseSpan, RequestRow, RunRecord
from tests.harness.breaker_model import Behaviour, BreakerModel
from tests.harness.synthetic_phases import STORY, SyntheticPhase

START = 1_700_000_000.0
BREAKER = "embeddings:stable"
RIGHT = Behaviour()
CLIENT_TIMEOUT = 5.0


class _Play:
    """One part of a run, in virtual time."""

    def __init__(
        self, part: Part, phases: Sequence[SyntheticPhase], start: float, *, behaviour: Behaviour, seed: int
    ) -> None:
        self.part = part
        self.phases: list[PhaseSpan] = []
        self.faults: list[FaultSpan] = []
        self.requests: list[RequestRow] = []
        self.attempts: list[AttemptRow] = []
        self.now = start
        self._behaviour = behaviour
        self._rng = random.Random(seed)
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        names = [f"{part}-1", f"{part}-2"]
        self.breakers = [BreakerModel(name, BREAKER, behaviour) for name in names] if part is Part.MAIN else []
        self._names = names
        self._spans: list[tuple[SyntheticPhase, float]] = []
        self._lay_out(phases, start)

    def journal(self) -> list[JournalRow]:
        return [row for breaker in self.breakers for row in breaker.journal]

    def run(self) -> None:
        while self._heap:
            self.now, _, event = heapq.heappop(self._heap)
            event()

    def _lay_out(self, phases: Sequence[SyntheticPhase], start: float) -> None:
        number = itertools.count()
        for phase in phases:
            end = start + phase.seconds
            self._spans.append((phase, start))
            self.phases.append(PhaseSpan(part=self.part, phase=phase.name, started_at=start, ended_at=end))
            if phase.fault:
                told = {
                    "error": "answers 500",
                    "hang": "never answers",
                    "flap": "answers 500, 2 s on and 2 s off",
                    "partial": "answers 500 to 14% of the requests",
                }
                fault = f"embeddings {told[phase.fault]}"
                span = {"started_at": start + 0.01, "ended_at": end - 0.01}
                self.faults.append(
                    FaultSpan(part=self.part, phase=phase.name, dependency="embeddings", fault=fault, **span)
                )
            at = start
            while (at := at + self._rng.expovariate(phase.rate)) < end:
                self._plan(phase, next(number), at)
            start = end

    def _plan(self, phase: SyntheticPhase, index: int, at: float) -> None:
        request = _Request(self, phase, index, at, self._rng.choice(phase.kinds))
        self.at(at, request.begin)

    def at(self, instant: float, event: Callable[[], None]) -> None:
        heapq.heappush(self._heap, (instant, next(self._order), event))

    def fault_now(self, index: int) -> str:
        for (phase, start), span in zip(self._spans, self.phases, strict=True):
            if span.started_at + 0.01 <= self.now < span.ended_at - 0.01:
                return phase.fails_at(self.now - start, index)
        return ""

    def is_unlucky(self, phase: SyntheticPhase) -> bool:
        return self._rng.random() < phase.noise

    def latency(self) -> float:
        return self._behaviour.healthy_seconds * self._rng.lognormvariate(0, 0.45)


class _Request:
    """A request on its way through an instance."""

    def __init__(self, play: _Play, phase: SyntheticPhase, index: int, planned_at: float, kind: str) -> None:
        self._play, self._phase, self._kind = play, phase, kind
        self._index = index
        self._id = f"synthetic-{play.part}-{index:06d}"
        self._planned_at = planned_at
        self._instance = play._names[index % 2]
        self._breaker = play.breakers[index % 2] if play.breakers else None
        self._made = 0

    def begin(self) -> None:
        if self._kind == "read_document":
            broken = self._play._behaviour.shares_its_fate and self._play.fault_now(self._index)
            self._attempt_row("document_database", "1-closed" if self._breaker else "", 0.003, "ok", "")
            self._end(0.005, Outcome.FAILED if broken else Outcome.SERVED, 502 if broken else 200)
        else:
            self._try()

    def _try(self) -> None:
        behaviour, now = self._play._behaviour, self._play.now
        permit = self._breaker.admit(now) if self._breaker else None
        if self._breaker and permit is None:
            self._rejected(behaviour)
            return
        self._made += 1
        fault = self._play.fault_now(self._index)
        refused = self._kind == "embed_oversized" and not fault
        unlucky = not fault and not refused and self._play.is_unlucky(self._phase)
        spared = "error" if unlucky else "refused_input" if refused else "ok"
        result = {"error": "error", "hang": "hang"}.get(fault, spared)
        seconds = {"error": 0.01, "hang": behaviour.attempt_seconds if permit else CLIENT_TIMEOUT}.get(
            fault, self._play.latency()
        )
        self._attempt_row("embeddings", str(permit or ""), seconds, result, fault)

        def answered() -> None:
            failed = (
                fault == "error"
                or (fault == "hang" and behaviour.counts_hangs)
                or unlucky
                or (refused and behaviour.counts_refused_input)
            )
            if self._breaker and permit:
                self._breaker.end(permit, self._play.now, failed=failed)
            if result == "ok":
                self._end(0.002, Outcome.SERVED, 200, attempts=self._made)
            elif result == "refused_input" and not (behaviour.retries_refused_input and self._made < 3):
                self._end(0.001, Outcome.REFUSED, 422, "provider_refused")
            elif self._breaker and self._made <= behaviour.max_retries:
                self._play.at(self._play.now + 0.05, self._try)
            elif self._breaker:
                self._end(0.002, Outcome.FALLBACK, 200, "provider_failed", self._made)
            elif fault == "hang":
                self._end(0.0, Outcome.TIMED_OUT, 0, "no_answer_in_time")
            else:
                self._end(0.001, Outcome.FAILED, 502, "dependency_failed", self._made)

        self._play.at(now + 0.001 + seconds, answered)

    def _rejected(self, behaviour: Behaviour) -> None:
        if behaviour.shed_without_retry_after:
            self._end(0.002, Outcome.FAILED, 503, "circuit_open", self._made)
        else:
            self._end(behaviour.rejection_seconds, Outcome.FALLBACK, 200, "circuit_open", self._made)

    def _attempt_row(self, dependency: str, permit: str, seconds: float, result: str, fault: str) -> None:
        arrived_at = self._play.now + 0.0005
        self._play.attempts.append(
            AttemptRow(
                request_id=self._id,
                attempt=max(self._made, 1),
                instance=self._instance,
                permit=permit,
                dependency=dependency,
                arrived_at=arrived_at,
                ended_at=None if result == "hang" else arrived_at + seconds,
                result=result,
                fault=fault,
            )
        )

    def _end(
        self, seconds: float, outcome: Outcome, status: int, reason: str = "", attempts: int | None = None
    ) -> None:
        self._play.requests.append(
            RequestRow(
                request_id=self._id,
                part=self._play.part,
                phase=self._phase.name,
                request=self._kind,
                caller="caller",
                planned_at=self._planned_at,
                sent_at=self._planned_at,
                ended_at=self._play.now + seconds,
                status=status,
                outcome=outcome,
                reason=reason,
                attempts=attempts,
                instance=self._instance if status else "",
            )
        )


def synthetic_run(
    phases: Sequence[SyntheticPhase] = STORY,
    contrast: Sequence[SyntheticPhase] = (),
    *,
    behaviour: Behaviour = RIGHT,
    seed: int = 1,
) -> RunRecord:
    """The record of a run with two instances that behave as told."""
    main = _Play(Part.MAIN, phases, START + 1, behaviour=behaviour, seed=seed)
    main.run()
    twin = _Play(Part.CONTRAST, contrast, max(main.now, main.phases[-1].ended_at) + 3, behaviour=RIGHT, seed=seed)
    twin.run()
    return RunRecord(
        scenario="synthetic",
        run_id=f"synthetic-{seed}",
        seed=seed,
        started_at=START,
        ended_at=max(main.now, main.phases[-1].ended_at, twin.now) + 1,
        phases=main.phases + twin.phases,
        faults=main.faults + twin.faults,
        requests=main.requests + twin.requests,
        attempts=main.attempts + twin.attempts,
        journal=main.journal(),
        invalid=[],
        environment={"service": "0.1.0", "command": "make demo SCENARIO=synthetic"},
        overrides={"BREAKER_OPEN_SECONDS": "3 (production: 60)"},
    )
