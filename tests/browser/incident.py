"""An incident: everything in every state at once, made of what a real service answered when all was well."""

from itertools import cycle

from tests.browser.played import Answers, Told

BREAKERS: tuple[Told, ...] = (
    {
        "state": "open", "reason": "5 consecutive failures; the limit is 5", "retry_after": 42.0, "calls": 0,
        "consecutive_failures": 5, "rejected": 300,
    },
    {
        "state": "isolated", "isolated_by": "ann", "isolated_reason": "the provider is being moved", "calls": 0,
        "isolated_until": 4e9,
    },
    {"state": "half_open", "probes_in_flight": 2, "retry_after": 0.0, "calls": 1},
    {"state": "closed", "calls": 40, "failure_rate": 0.45, "slow_rate": 0.7},
)  # fmt: skip

ROLLOUT = {
    "generation": 2, "version": 7, "steps": [0.1, 0.5, 1.0], "measured_share": 0.48, "requests": 400, "instances": 2,
    "last": {"by": "ann", "at": 0.0, "reason": "it looks good"}, "last_decision": "stepped up to 50 %",
    "next_decision": "evidence: 3 of 20 for the step", "copy_age": 0.2, "problem": "",
}  # fmt: skip

ROLLOUTS: tuple[Told, ...] = (
    {"status": "running", "step": 1, "planned_share": 0.5, "name": "embeddings"},
    {"status": "holding", "step": 0, "planned_share": 0.1, "name": "held"},
    {"status": "paused", "step": 1, "planned_share": 0.5, "name": "paused"},
    {"status": "succeeded", "step": 2, "planned_share": 1.0, "name": "good"},
    {"status": "rolled_back", "step": 1, "planned_share": 0.0, "name": "bad", "slos": [8.5, 2.0]},
    {"status": None, "step": None, "planned_share": 0.0, "name": "new", "steps": [], "last": None},
    {"status": "running", "step": 1, "planned_share": 0.5, "name": "unread", "measured_share": None, "copy_age": None,
     "problem": "the counts could not be read"},
)  # fmt: skip

EVENTS = (
    "breaker_opened", "breaker_half_opened", "breaker_closed", "breaker_isolated", "gate_shut", "gate_opened",
    "readiness_lost", "rollout_started", "rollout_rolled_back", "watchdog_alerted", "mode_changed", "fault_set",
    "agent_quarantined", "flag_changed", "something_new",
)  # fmt: skip

FLAGS: tuple[Told, ...] = (
    {"value": False, "variant": "off"},
    {"value": False, "variant": "fallback", "reason": "BROWNOUT"},
    {"value": None, "variant": None, "reason": "SPLIT", "percentage": 25.0},
)


def incident(answers: Answers) -> None:
    """Everything in every state at once."""
    for make in (_breakers, _gates, _watchdogs, _queues, _rollouts, _levers, _startup, _journal, _traffic):
        make(answers)
    told = answers.told
    for name in ("circuit-breakers", "health-gates", "watchdogs", "events"):
        told[name]["problem"] = "The count board does not answer."
        told[name]["others"] = [{"instance": "main-9", "boot_id": "9", "heard_at": told[name]["now"] - 120}]


def _breakers(answers: Answers) -> None:
    now = answers.told["circuit-breakers"]["now"]
    for members, breaker in zip(cycle(BREAKERS), answers.of_each("circuit-breakers", "circuit_breakers"), strict=False):
        breaker.update(members)
        breaker["history"] = [{"at": now - 400 + 90 * i, "state": each["state"]} for i, each in enumerate(BREAKERS)]


def _gates(answers: Answers) -> None:
    now = answers.told["health-gates"]["now"]
    error = "no answer within 1 s"
    recent = [{"at": now - 4 + number, "error": said, "seconds": 1} for number, said in enumerate(["", error, error])]
    for gate in answers.of_each("health-gates", "health_gates")[::2]:
        gate.update(ready=False, consecutive_passes=0, last_error=error, recent=recent)
    for each in answers.told["health-gates"]["instances"]:
        each["status"] = "not_ready"


def _watchdogs(answers: Answers) -> None:
    for state, dog in zip(cycle(["alert", "ok", "warning"]), answers.of_each("watchdogs", "watchdogs"), strict=False):
        dog.update(state=state, reason="beyond its threshold" if state != "ok" else "")
    instances = answers.told["watchdogs"]["instances"]
    instances[-1]["error"] = "the event queue does not answer"
    for each in instances:
        each["state"] = "alert"
        each["ai_latency"]["watchdog"].update(state="alert", reason="0.9 s; the limit is 0.5 s")


def _queues(answers: Answers) -> None:
    for queue in answers.of_each("watchdogs", "queue_depth"):
        queue.update(waiting=120, oldest_seconds=400.0, rate_in=9.5, rate_out=0.5, held=True, dead_letters=7)
        queue["watchdog"].update(state="alert", value=120.0, reason="120 events")
        queue["oldest_watchdog"].update(state="warning", value=400.0, reason="400 s")
        queue["dead_letters_watchdog"].update(state="alert", value=7.0, reason="7 events")


def _rollouts(answers: Answers) -> None:
    document = answers.told["rollouts"]
    now = answers.told["identity"]["now"]
    document["rollouts"] = [_rollout(document["rollouts"][0], each, now) for each in ROLLOUTS]


def _rollout(calm_one: Told, changed: Told, now: float) -> Told:
    slos = [
        {"slo": slo, "limit": 0.05, "n": 200, "k": 30, "stable_n": 900, "stable_k": 4, "log_evidence": evidence,
         "log_evidence_limit": 8.0}
        for slo, evidence in zip(("error", "slow"), changed.get("slos", (2.0, 0.1)), strict=True)
    ]  # fmt: skip
    whole = {**calm_one, **ROLLOUT, "started_at": now - 900, "stage_started_at": now - 60, **changed, "slos": slos}
    return whole if whole["last"] is None else {**whole, "last": {**ROLLOUT["last"], "at": now - 60}}  # type: ignore[dict-item]


def _levers(answers: Answers) -> None:
    modes, flags, now = answers.told["modes"], answers.told["flags"], answers.told["identity"]["now"]
    entry = {
        "on": True, "by": "ann", "reason": "the provider is away", "since": now - 60, "until": now + 600,
        "revision": 3, "settings": {},
    }  # fmt: skip
    modes["problem"] = "the control store does not answer"
    for mode in modes["modes"]:
        mode.update(in_force=True, entry=entry)
    for agent in modes["agents"]:
        agent.update(quarantined=True, entry=entry)
    [flag] = flags["flags"]
    flags["flags"] = [
        {**flag, **changed, "name": f"flag {number}", "entry": entry} for number, changed in enumerate(FLAGS)
    ]


def _startup(answers: Answers) -> None:
    nodes = answers.told["startup-dag"]["nodes"]
    for status, node in zip(cycle(["started", "degraded", "failed", "pending"]), nodes, strict=False):
        node.update(status=status, error="no answer" if status in {"degraded", "failed"} else "", seconds=None)


def _journal(answers: Answers) -> None:
    document = answers.told["events"]
    first, now = document["events"][0], document["now"]
    document["events"] = [
        {**first, "event": {**first["event"], "type": kind, "sequence": 90 - number, "at": now - number * 30}}
        for number, kind in enumerate(EVENTS)
    ]


def _traffic(answers: Answers) -> None:
    route = answers.told["golden-signals"]["routes"]["POST /api/embeddings"]
    route["failure"] = {"count": 30, "p50": 0.2, "p95": 0.9, "p99": 12.0}
    route["problems"] = {"dependency_failed": 30, "not_ready": 9, "something_new": 2}
    answers.grows["POST /api/embeddings"] = {"requests": 20, "server_errors": 5, "shed": 2}
