"""Whether to roll back, hold, go on or wait: a pure function of a rollout's document and the fleet's counts."""

import math
from dataclasses import replace

from service.reliability.evidence import (
    FEWEST_STABLE,
    plain_log_evidence,
    rollback_log_evidence,
    step_up_log_evidence,
)
from service.reliability.rollout import ACTIVE, Rollout, RolloutStatus
from service.reliability.rollout_counts import BLOCK_SECONDS, FleetCounts, Tally, block_at
from service.reliability.rollout_verdict import LEAST, Action, Decision, SloEvidence, Verdict
from service.reliability.slo import Slo, Variant

FALSE_ROLLBACKS = 0.001
"""The chance that a canary which keeps its objectives is ever rolled back; each objective has an equal share of it."""

FALSE_STEPS = 0.05
"""The chance that a canary which breaks an objective passes one step by evidence."""

ROLLBACK_LOG_LIMIT = math.log(len(Slo) / FALSE_ROLLBACKS)
STEP_UP_LOG_LIMIT = math.log(1 / FALSE_STEPS)

STABLE_WINDOW = 30.0
"""Seconds over which the stable side is looked at."""

STABLE_TRAFFIC = 50
"""Requests in that window from which on the stable side is a comparison that start points must have."""

HELD_AT_MOST = 300.0
"""Seconds of holding after which the canary is given up."""

UNREADABLE_AT_MOST = 60.0
"""Seconds without readable counts after which the canary goes back to the first step."""


def decide(rollout: Rollout, counts: FleetCounts | None, *, now: float, unreadable_for: float = 0.0) -> Decision:
    """What the counts of the fleet say at an instant; None: they could not be read, for so many seconds now."""
    if rollout.status not in ACTIVE:
        return Decision(verdict=Verdict.INCONCLUSIVE, action=Action.NONE, reason=f"it is {rollout.status}")
    if counts is None:
        return _unreadable(rollout, unreadable_for)
    decision = _against(rollout, counts, now)
    if decision is None and rollout.status is RolloutStatus.RUNNING:
        decision = _shared_trouble(rollout, counts) or _for(rollout, counts, now)
    if decision is None:
        decision = _held(rollout, counts, now) if rollout.status is RolloutStatus.HOLDING else _wait("it is paused")
    return replace(decision, instances=counts.instances)


def evidence(rollout: Rollout, counts: FleetCounts, slo: Slo, *, now: float) -> SloEvidence:
    """The evidence against the canary for one objective."""
    blocks = counts.blocks(slo)
    n, k, stable_n, stable_k = (sum(block[part] for _, block in blocks) for part in range(4))
    traffic = _recent_stable(rollout, counts, now).admitted >= STABLE_TRAFFIC
    log_evidence = rollback_log_evidence(blocks, limit=rollout.config.limit(slo), stable_traffic=traffic)
    return SloEvidence(
        slo=slo,
        n=n,
        k=k,
        stable_n=stable_n,
        stable_k=stable_k,
        log_evidence=max(LEAST, log_evidence),
        log_limit=ROLLBACK_LOG_LIMIT,
    )


def _unreadable(rollout: Rollout, seconds: float) -> Decision:
    back = seconds > UNREADABLE_AT_MOST and rollout.status is RolloutStatus.RUNNING and rollout.step > 0
    return Decision(
        verdict=Verdict.ERROR,
        action=Action.HOLD if back else Action.NONE,
        reason=f"the counts could not be read for {seconds:.0f} s",
    )


def _against(rollout: Rollout, counts: FleetCounts, now: float) -> Decision | None:
    for slo in Slo:
        found = evidence(rollout, counts, slo, now=now)
        if found.log_evidence >= found.log_limit and counts.many_callers(slo):
            reason = f"{slo}: {found.k} of {found.n} canary requests; the limit is {rollout.config.limit(slo):g}"
            return Decision(verdict=Verdict.FAIL, action=Action.ROLL_BACK, reason=reason, slo=found)
    if rollout.status is RolloutStatus.HOLDING and rollout.elapsed(now) >= HELD_AT_MOST:
        reason = f"the stable side did not recover within {HELD_AT_MOST:g} s"
        return Decision(verdict=Verdict.FAIL, action=Action.ROLL_BACK, reason=reason)
    return None


def _shared_trouble(rollout: Rollout, counts: FleetCounts) -> Decision | None:
    # Only this stage: what a hold has waited for must not bring the next one.
    for slo in Slo:
        blocks = counts.blocks(slo, since_stage=rollout.stage)
        limit = rollout.config.limit(slo)
        if plain_log_evidence(blocks, limit=limit) >= ROLLBACK_LOG_LIMIT and counts.many_callers(slo):
            n, k, stable_n, stable_k = (sum(block[part] for _, block in blocks) for part in range(4))
            reason = f"{slo}: {k} of {n} canary requests, but {stable_k} of {stable_n} stable ones too"
            return Decision(verdict=Verdict.INCONCLUSIVE, action=Action.HOLD, reason=reason)
    return None


def _for(rollout: Rollout, counts: FleetCounts, now: float) -> Decision:
    config, elapsed = rollout.config, rollout.elapsed(now)
    if elapsed < config.minimum_hold.total_seconds():
        return _wait(f"the step lasts {config.minimum_hold.total_seconds():g} s at least")
    canary = counts.of_stage(rollout.stage, Variant.CANARY)
    weakest = min(step_up_log_evidence(canary.finished, canary.bad.get(slo, 0), limit=config.limit(slo)) for slo in Slo)
    if weakest >= STEP_UP_LOG_LIMIT:
        return _passed(f"passed by evidence: {canary.finished} requests on this step")
    if elapsed < config.maximum_duration.total_seconds():
        return _wait(f"evidence {math.exp(weakest):.2g} of {1 / FALSE_STEPS:g} for the step")
    if canary.finished < config.minimum_requests:
        return _wait(f"{canary.finished} of {config.minimum_requests} requests on this step")
    if any(evidence(rollout, counts, slo, now=now).log_evidence > 0 for slo in Slo):
        return _wait("there is some evidence against the canary")
    return _passed(f"passed by time: {canary.finished} requests on this step")


def _held(rollout: Rollout, counts: FleetCounts, now: float) -> Decision:
    if rollout.elapsed(now) < STABLE_WINDOW:
        return _wait(f"it holds for {STABLE_WINDOW:g} s at least")
    stable = _recent_stable(rollout, counts, now)
    if stable.admitted < FEWEST_STABLE:
        return _wait(f"the stable side had {stable.admitted} requests in {STABLE_WINDOW:g} s")
    for slo in Slo:
        if stable.bad.get(slo, 0) > rollout.config.limit(slo) * stable.admitted:
            return _wait(f"{slo}: {stable.bad[slo]} of {stable.admitted} stable requests in {STABLE_WINDOW:g} s")
    reason = f"the stable side kept its objectives for {STABLE_WINDOW:g} s"
    return Decision(verdict=Verdict.INCONCLUSIVE, action=Action.RELEASE, reason=reason)


def _recent_stable(rollout: Rollout, counts: FleetCounts, now: float) -> Tally:
    last = block_at(now, rollout.started_at)
    return counts.of_blocks(last - int(STABLE_WINDOW / BLOCK_SECONDS), last, Variant.STABLE)


def _passed(reason: str) -> Decision:
    return Decision(verdict=Verdict.PASS, action=Action.STEP_UP, reason=reason)


def _wait(reason: str) -> Decision:
    return Decision(verdict=Verdict.INCONCLUSIVE, action=Action.NONE, reason=reason)
