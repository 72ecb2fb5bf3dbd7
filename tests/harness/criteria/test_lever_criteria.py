from typing import Any

import pytest

from harness.criteria.criterion import Verdict
from harness.criteria.held_messages import NothingLost, TimeUntilHeld
from harness.criteria.lever import AuditComplete, TimeToTakeEffect, TimeToUndo
from harness.plan.effect import Effect
from harness.record import AuditRow, Outcome, PullRow, RequestRow, RunRecord
from tests.harness.rows import PHASE, attempt, record, request

EFFECT = Effect(requests=("embed",), outcome=Outcome.FALLBACK, reason="safe_mode")
PULLED_AT, CHANGED_AT = 0.0, 1.0


def pull(**told: Any) -> PullRow:
    usual: dict[str, Any] = {
        "phase": PHASE,
        "command": "ops safe-mode on",
        "reason": "drill: errors",
        "exit_code": 0,
        "said": "",
    }
    return PullRow(**(usual | {"began_at": PULLED_AT, "ended_at": 2.0} | told))


def line(**told: Any) -> AuditRow:
    usual: dict[str, Any] = {"at": CHANGED_AT, "by": "drill", "action": "safe_mode on", "subject": "mode/safe_mode"}
    return AuditRow(**(usual | {"reason": "drill: errors"} | told))


def run(*requests: RequestRow, pulls: list[PullRow] | None = None, audit: list[AuditRow] | None = None) -> RunRecord:
    return record(
        requests=requests,
        pulls=[pull()] if pulls is None else pulls,
        audit=[line()] if audit is None else audit,
    )


def anew(at: float, instance: str = "a") -> RequestRow:
    return request(f"anew {instance} {at}", at, instance=instance, outcome=Outcome.FALLBACK, reason="safe_mode")


def as_before(at: float, instance: str = "a") -> RequestRow:
    return request(f"before {instance} {at}", at, instance=instance)


def many(answer: Any, since: float, instance: str = "a") -> list[RequestRow]:
    return [answer(since + number / 10, instance) for number in range(10)]


TAKES = TimeToTakeEffect(phase=PHASE, effect=EFFECT, at_most=2.5)
UNDONE = TimeToUndo(phase=PHASE, effect=EFFECT, at_most=2.5)


def test_the_last_old_answer_of_the_slowest_instance_is_the_time_to_effect() -> None:
    finding = TAKES.assess(
        run(as_before(0.9), *many(anew, 1.1), as_before(1.5, "b"), as_before(2.2, "b"), *many(anew, 2.5, "b"))
    )
    assert finding.verdict is Verdict.PASS
    assert finding.value == pytest.approx(1.2)
    assert "1 of 2 instances" in finding.sentence


def test_one_late_answer_of_one_instance_is_a_failure() -> None:
    finding = TAKES.assess(run(*many(anew, 1.1), *many(anew, 1.1, "b"), as_before(4.0, "b")))
    assert finding.verdict is Verdict.FAIL
    assert finding.value == pytest.approx(3.0)


def test_an_instance_that_never_shows_the_effect_is_named() -> None:
    finding = TAKES.assess(run(*many(anew, 1.1), as_before(1.2, "b")))
    assert finding.verdict is Verdict.FAIL
    assert "Never on b" in finding.sentence


def test_an_instance_that_was_hardly_asked_leaves_the_question_open() -> None:
    assert TAKES.assess(run(*many(anew, 1.1), anew(1.2, "b"))).verdict is Verdict.INCONCLUSIVE
    assert TAKES.assess(run()).verdict is Verdict.INCONCLUSIVE


def test_another_reason_for_the_fallback_is_not_the_effect() -> None:
    others = [request(f"{at}", at, outcome=Outcome.FALLBACK, reason="circuit_open") for at in (1.1, 1.2, 1.3, 1.4, 1.5)]
    assert TAKES.assess(run(*others)).verdict is Verdict.FAIL


def test_an_effect_that_stays_is_not_undone() -> None:
    assert UNDONE.assess(run(anew(1.5), *many(as_before, 2.0))).value == pytest.approx(0.5)
    assert UNDONE.assess(run(*many(as_before, 1.1), anew(5.0))).verdict is Verdict.FAIL


def test_a_command_that_failed_or_left_no_trace_is_a_failure() -> None:
    refused = TAKES.assess(run(*many(anew, 1.1), pulls=[pull(exit_code=4, said="Not allowed")]))
    assert refused.verdict is Verdict.FAIL
    assert "ended with 4: Not allowed" in refused.sentence
    assert TAKES.assess(run(*many(anew, 1.1), audit=[])).verdict is Verdict.FAIL


def test_without_a_pull_nothing_was_asked() -> None:
    for criterion in (TAKES, UNDONE, TimeUntilHeld(phase=PHASE, publishing="publish_event", at_most=2.5)):
        assert criterion.assess(run(pulls=[])).verdict is Verdict.NOT_ASKED


COMPLETE = AuditComplete(over=(PHASE,), by="drill")


def test_the_audit_tells_of_each_pull_and_of_nothing_else() -> None:
    assert COMPLETE.assess(run()).verdict is Verdict.PASS
    assert COMPLETE.assess(run(audit=[])).value == 1
    assert COMPLETE.assess(run(audit=[line(by="nobody")])).value == 1
    stranger = COMPLETE.assess(run(audit=[line(), line(reason="for fun")]))
    assert (stranger.verdict, stranger.value) == (Verdict.FAIL, 1)
    assert COMPLETE.assess(run(pulls=[])).verdict is Verdict.NOT_ASKED


def published(number: int) -> RequestRow:
    return request(f"event {number}", 2 + number / 10, request="publish_event", status=202)


EVENTS = [published(number) for number in range(10)]
HELD = TimeUntilHeld(phase=PHASE, publishing="publish_event", at_most=2.5)
NOTHING_LOST = NothingLost(phase=PHASE, publishing="publish_event")


def test_a_delivery_during_the_quarantine_is_seen() -> None:
    held = record(requests=EVENTS, pulls=[pull()], audit=[line()], attempts=[attempt("event 1", 11.0)])
    assert HELD.assess(held).value == 0
    leaking = record(requests=EVENTS, pulls=[pull()], audit=[line()], attempts=[attempt("event 1", 5.0)])
    assert (HELD.assess(leaking).verdict, HELD.assess(leaking).value) == (Verdict.FAIL, 4.0)
    assert HELD.assess(run()).verdict is Verdict.INCONCLUSIVE


def test_an_event_that_is_never_delivered_is_lost() -> None:
    delivered = [attempt(row.request_id, 12.0) for row in EVENTS]
    assert NOTHING_LOST.assess(record(requests=EVENTS, attempts=delivered)).verdict is Verdict.PASS
    lost = NOTHING_LOST.assess(
        record(requests=EVENTS, attempts=[*delivered[1:], attempt("event 0", 9, result="error")])
    )
    assert (lost.verdict, lost.value, lost.evidence) == (Verdict.FAIL, 1, ["event 0"])
    assert NOTHING_LOST.assess(record(requests=EVENTS[:3])).verdict is Verdict.INCONCLUSIVE
