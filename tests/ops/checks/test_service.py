"""What the service says of itself."""

from ops.checks import breaker, gates, health
from ops.checks.finding import Verdict
from ops.deployment.breaker_exercise import Exercised
from tests.ops.checks.answers import answer


def gate(name: str, *, ready: bool, critical: bool = True, last_error: str = "") -> dict[str, object]:
    passes = {"consecutive_passes": 3 * ready, "required": 3}
    return {"name": name, "critical": critical, "ready": ready, "last_error": last_error, **passes}


def test_health_is_well_when_the_service_says_ok() -> None:
    assert health.judge(answer(document={"status": "ok"}), "CloudFront").seen == "ok, through CloudFront"


def test_what_is_unwell_is_named() -> None:
    document = {
        "status": "degraded",
        "circuit_breakers": [{"name": "embeddings:stable", "state": "open"}, {"name": "q", "state": "closed"}],
        "health_gates": [gate("event_queue", ready=False)],
    }
    finding = health.judge(answer(document=document), "CloudFront")
    assert (finding.verdict, finding.seen) == (
        Verdict.FAIL,
        "/health was answered 200 degraded; embeddings:stable: state is open; event_queue: ready is False",
    )


def test_an_answer_of_somebody_else_is_no_health() -> None:
    assert health.judge(answer(502), "CloudFront").seen == "/health was answered 502"


def test_the_critical_gates_alone_decide() -> None:
    document = {"health_gates": [gate("database", ready=True), gate("embeddings", ready=False, critical=False)]}
    finding = gates.judge(answer(document=document))
    assert (finding.verdict, finding.seen) == (Verdict.PASS, "ready: database")


def test_a_gate_that_is_not_ready_is_named_with_its_reason() -> None:
    document = {"health_gates": [gate("database", ready=False, last_error="AccessDenied"), gate("queue", ready=False)]}
    finding = gates.judge(answer(503, document))
    assert (finding.verdict, finding.seen) == (
        Verdict.FAIL,
        "database is not ready: AccessDenied; queue is not ready: 0 of 3 passes in a row",
    )


def test_no_gate_at_all_is_no_readiness() -> None:
    assert gates.judge(answer()).seen == "there is no critical gate"
    assert gates.judge(answer(504)).seen == "/health/ready was answered 504"


def test_a_breaker_must_open_and_close() -> None:
    well = Exercised(breaker="embeddings:stable", opened_after=0.4, closed_after=61.0)
    assert breaker.judge(well).verdict is Verdict.PASS
    never = breaker.judge(Exercised(breaker="embeddings", opened_after=None, closed_after=None))
    assert (never.verdict, never.seen) == (Verdict.FAIL, "no breaker of embeddings opened within 60 s of a fault")
    stuck = breaker.judge(Exercised(breaker="embeddings:stable", opened_after=0.4, closed_after=None))
    assert stuck.seen == "embeddings:stable opened, and was not closed 180 s after the fault"


def test_nobody_is_exercised_unasked() -> None:
    assert breaker.not_asked().verdict is Verdict.NOT_ASKED
