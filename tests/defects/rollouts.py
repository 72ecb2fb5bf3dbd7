"""Rollouts with one wrong part each."""

import random
from collections.abc import Sequence

from service.fleet import rollouts
from service.fleet.control_copy import ControlCopy
from service.fleet.rollout_tally import RolloutTally, Ticket
from service.fleet.rollouts import Rollouts
from service.reliability import rollout_decision
from service.reliability.evidence import Block, plain_log_evidence
from service.reliability.rollout import Rollout, RolloutStatus
from service.reliability.rollout_counts import FleetCounts
from service.reliability.rollout_decision import decide
from service.reliability.rollout_verdict import Action, Decision
from service.reliability.slo import Variant
from service.reliability.traffic_split import is_canary
from service.store.control import ControlDocument
from service.web.problems import NOT_READY, ProblemError
from tests.defects.replacing import replace


def turns_away_who_is_not_on_the_canary() -> None:
    original = Rollouts.admit

    async def admit(self: Rollouts, caller: str) -> tuple[Variant, Ticket | None]:
        variant, ticket = await original(self, caller)
        if ticket is not None and variant is Variant.STABLE:
            raise ProblemError(NOT_READY, "not for you", retry_after=1.0)
        return variant, ticket

    replace(Rollouts, "admit", admit)


def draws_anew_for_each_request() -> None:
    replace(rollouts, "is_canary", lambda _salt, _caller, weight: random.random() < weight)


def serves_three_times_the_weight() -> None:
    replace(rollouts, "is_canary", lambda salt, caller, weight: is_canary(salt, caller, 3 * weight))


def does_nothing_while_paused() -> None:
    def wrong(rollout: Rollout, counts: FleetCounts | None, *, now: float, unreadable_for: float = 0.0) -> Decision:
        decision = decide(rollout, counts, now=now, unreadable_for=unreadable_for)
        if rollout.status is RolloutStatus.PAUSED:
            return Decision(verdict=decision.verdict, action=Action.NONE, reason="it is paused")
        return decision

    replace(rollouts, "decide", wrong)


def takes_a_fallback_for_an_answer() -> None:
    original = RolloutTally.end

    def end(self: RolloutTally, ticket: Ticket, *, failed: bool) -> None:
        ticket.fell_back = False
        original(self, ticket, failed=failed)

    replace(RolloutTally, "end", end)


def lets_retries_hide_failures() -> None:
    original = RolloutTally.end

    def end(self: RolloutTally, ticket: Ticket, *, failed: bool) -> None:
        ticket.first_attempt_failed = ticket.fell_back or failed
        original(self, ticket, failed=failed)

    replace(RolloutTally, "end", end)


def tells_of_bad_outcomes_late() -> None:
    replace(RolloutTally, "has_bad_news", lambda _self: False)
    replace(rollouts, "PUBLISHED_EVERY", 8.0)


def forgets_the_rollback_at_a_restart() -> None:
    original_start, original_admit = Rollouts.start, Rollouts.admit
    forgotten: set[int] = set()

    async def start(self: Rollouts) -> None:
        await original_start(self)
        rollout, version = self.current()
        if rollout is not None and rollout.status is RolloutStatus.ROLLED_BACK:
            forgotten.add(version)

    async def admit(self: Rollouts, caller: str) -> tuple[Variant, Ticket | None]:
        if self.current()[1] in forgotten:
            return Variant.CANARY, None
        return await original_admit(self, caller)

    replace(Rollouts, "start", start)
    replace(Rollouts, "admit", admit)


def goes_on_with_the_canary_where_another_rolled_it_back() -> None:
    original = ControlCopy.take

    def take(self: ControlCopy, document: ControlDocument) -> None:
        known = self.document(document.name)
        by_another = self._reading.is_under_way
        if by_another and known is not None and b'"status":"rolled_back"' in document.body:
            return
        original(self, document)

    replace(ControlCopy, "take", take)


def rolls_back_in_a_shared_outage() -> None:
    def blind(blocks: Sequence[tuple[int, Block]], *, limit: float, stable_traffic: bool) -> float:
        return plain_log_evidence(blocks, limit=limit) + 0 * stable_traffic

    replace(rollout_decision, "rollback_log_evidence", blind)


def never_finds_evidence_for_a_step() -> None:
    replace(rollout_decision, "step_up_log_evidence", lambda _n, _k, *, limit: 0 * limit)
