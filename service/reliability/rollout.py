"""A rollout as a document, and what operators and decisions make of it. Every function here is pure."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from service.reliability.rollout_config import RolloutConfig
from service.reliability.rollout_verdict import Action, Decision

SCHEMA = 1
"""The version of the document's shape; one of another version is refused, never guessed at."""


class RolloutStatus(StrEnum):
    """Where a rollout stands."""

    RUNNING = "running"
    HOLDING = "holding"  # on the first step, while the stable side is in trouble too
    PAUSED = "paused"  # by an operator; what speaks against the canary is still heard
    SUCCEEDED = "succeeded"  # the canary serves everyone
    ROLLED_BACK = "rolled_back"  # for good: only a new start makes a new rollout


ACTIVE = frozenset({RolloutStatus.RUNNING, RolloutStatus.HOLDING, RolloutStatus.PAUSED})


class RolloutTransitionError(Exception):
    """What was asked of a rollout cannot be done where it stands."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """Who changes a rollout, when and why. `id` tells an unclear write's author whether it was theirs."""

    id: str
    at: float  # Unix seconds
    by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """The document of a rollout. Instants are Unix seconds.

    A stage is one stay: each change of step or status begins another, and counts are kept apart by it.
    """

    schema: int = SCHEMA
    name: str
    generation: int  # counts the starts
    status: RolloutStatus
    config: RolloutConfig
    step: int  # index into the config's steps
    stage: int
    stage_started_at: float
    started_at: float  # of the generation
    last: Act
    decision: Decision | None = None  # that led here; None: a person did

    @property
    def salt(self) -> str:
        """What spreads the callers of this generation."""
        return f"{self.name}:{self.generation}"

    @property
    def weight(self) -> float:
        """The share of the callers that the canary serves."""
        if self.status is RolloutStatus.ROLLED_BACK:
            return 0.0
        return self.config.steps[self.step]

    def elapsed(self, now: float) -> float:
        """Seconds on this stage; never negative, wherever a clock stepped."""
        return max(0.0, now - self.stage_started_at)


def start(before: Rollout | None, config: RolloutConfig, name: str, act: Act, *, step: float | None = None) -> Rollout:
    """A new generation, on the step of that share (None: the first one).

    Raises:
        RolloutTransitionError: one is under way, or there is no such step.
    """
    if before is not None and before.status in ACTIVE:
        raise RolloutTransitionError(f"generation {before.generation} is {before.status} at {before.weight:g}")
    if step is not None and step not in config.steps:
        known = ", ".join(f"{share:g}" for share in config.steps)
        raise RolloutTransitionError(f"step is {step:g}; expected one of {known}")
    return Rollout(
        name=name,
        generation=1 if before is None else before.generation + 1,
        status=RolloutStatus.RUNNING,
        config=config,
        step=0 if step is None else config.steps.index(step),
        stage=1,
        stage_started_at=act.at,
        started_at=act.at,
        last=act,
    )


def pause(rollout: Rollout, act: Act) -> Rollout:
    """Keep the weight as it is until resumed."""
    _require(rollout, {RolloutStatus.RUNNING, RolloutStatus.HOLDING}, "pause")
    return _moved(rollout, act, status=RolloutStatus.PAUSED)


def resume(rollout: Rollout, act: Act) -> Rollout:
    """Go on from a pause."""
    _require(rollout, {RolloutStatus.PAUSED}, "resume")
    return _moved(rollout, act, status=RolloutStatus.RUNNING)


def promote(rollout: Rollout, act: Act) -> Rollout:
    """Take the next step without waiting for evidence. Not out of a hold: the dependency is down."""
    _require(rollout, {RolloutStatus.RUNNING, RolloutStatus.PAUSED}, "promote")
    return _stepped_up(rollout, act)


def roll_back(rollout: Rollout, act: Act) -> Rollout:
    """Take every caller off the canary, for good."""
    _require(rollout, ACTIVE | {RolloutStatus.SUCCEEDED}, "roll back")
    return _moved(rollout, act, status=RolloutStatus.ROLLED_BACK)


def decided(rollout: Rollout, decision: Decision, act: Act) -> Rollout:
    """The rollout after a decision; as it was when the decision changes nothing."""
    match decision.action:
        case Action.NONE:
            return rollout
        case Action.ROLL_BACK:
            after = roll_back(rollout, act)
        case Action.HOLD:
            after = _moved(rollout, act, status=RolloutStatus.HOLDING, step=0)
        case Action.STEP_UP:
            after = _stepped_up(rollout, act)
        case _:  # a release
            after = _moved(rollout, act, status=RolloutStatus.RUNNING)
    return replace(after, decision=decision)


def _stepped_up(rollout: Rollout, act: Act) -> Rollout:
    if rollout.step + 1 == len(rollout.config.steps):
        return _moved(rollout, act, status=RolloutStatus.SUCCEEDED)
    return _moved(rollout, act, status=RolloutStatus.RUNNING, step=rollout.step + 1)


def _moved(rollout: Rollout, act: Act, *, status: RolloutStatus, step: int | None = None) -> Rollout:
    return replace(
        rollout,
        status=status,
        step=rollout.step if step is None else step,
        stage=rollout.stage + 1,
        stage_started_at=act.at,
        last=act,
        decision=None,
    )


def _require(rollout: Rollout, allowed: Collection[RolloutStatus], verb: str) -> None:
    if rollout.status not in allowed:
        expected = ", ".join(sorted(allowed))
        raise RolloutTransitionError(
            f"cannot {verb} generation {rollout.generation}: it is {rollout.status}; expected one of {expected}"
        )
