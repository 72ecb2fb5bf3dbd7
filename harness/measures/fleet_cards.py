"""What the fleet decided together, as figures: each instance's readiness, and each rollout's changes."""

import msgspec

from harness.evidence.readiness import not_ready
from harness.evidence.rollout_history import changes, rollouts_of
from harness.evidence.testimony import instances_of
from harness.record import Part, RunRecord


class ShutSpan(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of time in which an instance was not ready."""

    started_at: float
    ended_at: float | None  # None: it lasted to the end of the run
    gates: list[str]  # that were shut when it began


class ReadinessCard(msgspec.Struct, frozen=True, kw_only=True):
    """One instance that was not ready for some time."""

    instance: str
    shut: list[ShutSpan]


class RolloutChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change of a rollout."""

    at: float
    change: str
    status: str
    weight: float  # share of the callers on the canary from now on
    slo: str  # that decided, or ""
    reason: str


class RolloutCard(msgspec.Struct, frozen=True, kw_only=True):
    """One rollout during the run."""

    rollout: str
    changes: list[RolloutChange]


def readiness_cards(record: RunRecord) -> list[ReadinessCard]:
    """A card for each instance that ever was not ready."""
    stretches = not_ready(record)
    return [
        ReadinessCard(
            instance=instance,
            shut=[
                ShutSpan(started_at=stretch.started_at, ended_at=stretch.ended_at, gates=list(stretch.gates))
                for stretch in stretches
                if stretch.instance == instance
            ],
        )
        for instance in sorted(instances_of(record, Part.MAIN))
        if any(stretch.instance == instance for stretch in stretches)
    ]


def rollout_cards(record: RunRecord) -> list[RolloutCard]:
    """A card for each rollout that changed."""
    return [
        RolloutCard(
            rollout=rollout,
            changes=[
                RolloutChange(
                    at=change.at,
                    change=change.type.removeprefix("rollout_"),
                    status=change.status,
                    weight=change.weight,
                    slo=change.slo,
                    reason=change.reason,
                )
                for change in changes(record, rollout)
            ],
        )
        for rollout in rollouts_of(record)
    ]
