"""Rollouts and counts for examples."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from service.reliability.rollout import Act, Rollout, start
from service.reliability.rollout_config import RolloutConfig
from service.reliability.rollout_counts import FleetCounts, RolloutMinute
from service.reliability.slo import Slo, Variant

CONFIG = RolloutConfig(
    steps=(0.1, 0.5, 1.0),
    minimum_hold=timedelta(seconds=5),
    maximum_duration=timedelta(seconds=20),
    minimum_requests=50,
    slow_above=timedelta(seconds=0.4),
)


def act(at: float = 0.0, reason: str = "because", by: str = "operator", number: int = 0) -> Act:
    return Act(id=f"act {number} at {at}", at=at, by=by, reason=reason)


def started(*, config: RolloutConfig = CONFIG, at: float = 0.0, step: float | None = None) -> Rollout:
    return start(None, config, "embeddings", act(at), step=step)


def row(*entries: Mapping[str, Any]) -> RolloutMinute:
    """A row of `admitted`, `finished`, and bad outcomes by SLO, of a `variant` in a `block` and `stage`."""
    minute = RolloutMinute()
    for entry in entries:
        variant = Variant(entry.get("variant", "canary"))
        tally = minute.tally(entry.get("block", 1), entry.get("stage", 1), variant)
        tally.admitted += entry["admitted"]
        tally.finished += entry.get("finished", entry["admitted"])
        callers = minute.callers_of(variant)
        for number in range(min(3, entry["admitted"])):
            callers.saw(f"caller {number}")
        for slo in Slo:
            count = entry.get(slo, 0)
            if count:
                tally.bad[slo] = tally.bad.get(slo, 0) + count
            for number in range(min(entry.get("bad_callers", 3), count)):
                callers.suffered(f"caller {number}", slo)
    return minute


def counts(*entries: Mapping[str, Any], instances: int = 2) -> FleetCounts:
    return FleetCounts([row(*entries)], instances=instances)
