"""What a circuit breaker is, written down plainly: every answer is kept, and everything is computed anew from them."""

import itertools
from dataclasses import dataclass, field

from service.reliability.breaker_states import BreakerState, Figures
from service.reliability.circuit_breaker_config import CircuitBreakerConfig


@dataclass
class Answer:
    at: float
    failed: bool
    slow: bool


@dataclass
class Question:
    generation: int
    at: float


@dataclass
class BreakerModel:
    """The reference that the real breaker is compared with; clear where the other is fast."""

    config: CircuitBreakerConfig
    now: float
    state: BreakerState = BreakerState.CLOSED
    generation: int = 1
    since: float = 0.0
    answers: list[Answer] = field(default_factory=list)  # of this generation
    probes: list[Question] = field(default_factory=list)  # of this generation, in flight
    last_probe_at: float = 0.0

    def __post_init__(self) -> None:
        self.since = self.now

    def move(self, to: BreakerState) -> None:
        self.state, self.since, self.generation = to, self.now, self.generation + 1
        self.answers, self.probes = [], []

    def ask(self) -> Question | None:
        """The call that is let through, or None for a rejection."""
        if self.state is BreakerState.OPEN and self.now - self.since >= self.config.open_duration.total_seconds():
            self.move(BreakerState.HALF_OPEN)
        if self.state is BreakerState.HALF_OPEN and self.is_wedged():
            self.move(BreakerState.OPEN)
        if self.state is BreakerState.HALF_OPEN and len(self.probes) < self.config.max_probes:
            self.last_probe_at = self.now
            self.probes.append(Question(self.generation, self.now))
            return self.probes[-1]
        return Question(self.generation, self.now) if self.state is BreakerState.CLOSED else None

    def is_wedged(self) -> bool:
        waited = self.now - self.last_probe_at >= self.config.half_open_timeout.total_seconds()
        return len(self.probes) == self.config.max_probes and waited

    def answer(self, question: Question, *, failed: bool) -> None:
        if question.generation != self.generation:
            return
        self.cancel(question)
        slow_after = self.config.slow_call_duration
        slow = slow_after is not None and self.now - question.at >= slow_after.total_seconds()
        self.answers.append(Answer(self.now, failed, slow))
        if (failed or slow) and (self.state is BreakerState.HALF_OPEN or self.should_open()):
            self.move(BreakerState.OPEN)
        elif self.state is BreakerState.HALF_OPEN and len(self.answers) == self.config.successes_to_close:
            self.move(BreakerState.CLOSED)

    def cancel(self, question: Question) -> None:
        self.probes = [probe for probe in self.probes if probe is not question]

    def should_open(self) -> bool:
        calls, failure_rate, slow_rate, run = self.figures()
        config = self.config
        return (
            (config.consecutive_failures is not None and run >= config.consecutive_failures)
            or (
                config.failure_rate_threshold is not None
                and calls >= config.minimum_calls
                and failure_rate >= config.failure_rate_threshold
            )
            or (
                config.slow_call_duration is not None
                and calls >= config.minimum_calls
                and slow_rate >= config.slow_call_rate_threshold
            )
        )

    def figures(self) -> Figures:
        counted = [answer for answer in self.answers if self.is_counted(answer)]
        failures = sum(answer.failed for answer in counted)
        slow = sum(answer.slow for answer in counted)
        run = len([*itertools.takewhile(lambda answer: answer.failed, reversed(self.answers))])
        calls = len(counted)
        return Figures(calls, failures / calls if calls else 0.0, slow / calls if calls else 0.0, run)

    def is_counted(self, answer: Answer) -> bool:
        if self.state is not BreakerState.CLOSED or not self.config.has_window:
            return True
        return self.bucket(self.now) - self.bucket(answer.at) < self.config.buckets

    def bucket(self, instant: float) -> int:
        return int((instant - self.since) / (self.config.window.total_seconds() / self.config.buckets))
