"""What is wrong with a service, the worst first, each with what to do."""

import re
from pathlib import Path
from typing import Any

import pytest

from ops.diagnosis.trouble import Runbook, Trouble, Urgency
from ops.diagnosis.verdict import troubles, verdict
from ops.readings.board import Board
from ops.readings.breakers import breakers
from ops.readings.gates import gates
from ops.readings.instances import instances
from ops.readings.modes import flags, modes
from ops.readings.rollouts import rollouts
from ops.readings.traffic import Rates
from ops.readings.watchdogs import watched
from ops.target.fields import Fields
from ops.target.identity import Identity

NOW = 1_000_000.0
DOCUMENT = Path(__file__).parents[2] / "docs/watchdogs.md"
WATCHDOGS = 9  # with a runbook
RESET = "breakers reset embeddings:canary --reason WHY"
IDENTITY = Identity(version="0.1.0", environment="local", instance="one")


def board(**parts: Any) -> Board:
    return Board(identity=IDENTITY, **parts)


def the_one(**parts: Any) -> Trouble:
    (found,) = troubles(board(**parts), NOW)
    return found


def breaker(name: str, state: str, **more: object) -> Any:
    return breakers(Fields({"circuit_breakers": [{"name": name, "state": state, **more}]}))


def gate(name: str, *, critical: bool) -> dict[str, object]:
    return {"name": name, "critical": critical, "ready": False, "last_error": "timed out", "required": 3}


def mode(name: str) -> dict[str, object]:
    return {"name": name, "in_force": True, "entry": {"on": True, "by": "ann", "reason": "it leaks", "since": NOW}}


def test_nothing_wrong_is_all_well() -> None:
    quiet = board(breakers=breaker("embeddings:stable", "closed"), watched=watched(Fields({"state": "ok"})))
    assert troubles(quiet, NOW) == []
    assert verdict([]) == (None, "All is well.")


@pytest.mark.parametrize(
    ("name", "state", "urgency", "command", "runbook"),
    [
        ("embeddings:stable", "open", Urgency.BAD, "brownout on --ttl 30m --reason WHY", Runbook.PROVIDER_DOWN),
        ("document_database", "open", Urgency.BAD, "breakers list", Runbook.DATABASE_SLOW),
        ("event_queue", "half_open", Urgency.WARNING, "watch", Runbook.DATABASE_SLOW),
        ("embeddings:canary", "isolated", Urgency.WARNING, RESET, Runbook.PROVIDER_DOWN),
    ],
)  # fmt: skip
def test_a_breaker_that_is_not_closed_has_a_next_command(
    name: str, state: str, urgency: Urgency, command: str, runbook: Runbook
) -> None:
    found = the_one(breakers=breaker(name, state, reason="5 consecutive failures"))
    assert (found.urgency, " ".join(found.command), found.runbook) == (urgency, command, runbook)


def test_nobody_is_told_to_set_what_is_set_already() -> None:
    told = modes(Fields({"modes": [mode("brownout")]}))
    found, _ = troubles(board(breakers=breaker("embeddings:stable", "open"), modes=told), NOW)
    assert (found.urgency, found.command) == (Urgency.BAD, ("watch",))


def test_a_critical_gate_is_worse_than_another() -> None:
    told = {
        "status": "not_ready",
        "health_gates": [gate("embeddings", critical=False), gate("event_queue", critical=True)],
    }
    found = troubles(board(gates=gates(Fields(told))), NOW)
    assert [each.urgency for each in found] == [Urgency.BAD, Urgency.WARNING]
    assert found[0].sentence == "critical gate event_queue is shut (timed out): requests are turned away"


def test_safe_mode_shuts_the_provider_s_gate_on_purpose() -> None:
    told = {"status": "ready", "health_gates": [gate("embeddings", critical=False)]}
    found = the_one(gates=gates(Fields(told)), modes=modes(Fields({"modes": [mode("safe_mode")]})))
    assert (found.urgency, found.sentence) == (Urgency.NOTE, "safe-mode is on by ann: it leaks")
    assert " ".join(found.command) == "safe-mode off --reason WHY"


def test_what_somebody_meant_so_is_no_trouble_but_told() -> None:
    told = {"modes": [mode("brownout")], "agents": [{"name": "indexer", "quarantined": True}]}
    urgency, said = verdict(troubles(board(modes=modes(Fields(told))), NOW))
    assert (urgency, said) == (Urgency.NOTE, "Nothing is wrong; what somebody meant so is below.")


@pytest.mark.parametrize(
    ("settings", "said"), [({"percentage": 20.0}, "20 %"), ({"value": False}, "off"), ({"value": True}, "on")]
)
def test_an_override_is_told_as_it_was_set_whatever_the_flag_has_become(settings: dict[str, object], said: str) -> None:
    entry = {"on": True, "by": "ann", "reason": "half of it", "settings": settings}
    percentage = settings.get("percentage")
    told = {"name": "provider_embeddings", "value": False, "percentage": percentage, "entry": entry}
    found = the_one(flags=flags(Fields({"flags": [told, {"name": "another"}]})))
    assert found.sentence == f"flag provider_embeddings is overridden ({said}) by ann: half of it"
    assert " ".join(found.command) == "flags clear provider_embeddings --reason WHY"


def rolled_back(ago: float, **more: object) -> Any:
    told = {"name": "embeddings", "status": "rolled_back", "last": {"by": "one", "at": NOW - ago, "reason": "errors"}}
    return rollouts(Fields({"rollouts": [{**told, **more}]}))


def test_a_rollback_is_news_for_an_hour() -> None:
    assert the_one(rollouts=rolled_back(60)).runbook is Runbook.BAD_CANARY
    assert troubles(board(rollouts=rolled_back(3601)), NOW) == []


def test_what_the_fleet_has_decided_is_bad_news_and_what_a_person_did_was_meant_so() -> None:
    assert the_one(rollouts=rolled_back(60, last_decision="errors")).urgency is Urgency.BAD
    assert the_one(rollouts=rolled_back(60)).urgency is Urgency.NOTE


def test_failing_and_turned_away_requests_are_told_apart() -> None:
    rates = Rates(requests=100.0, failed=2.0, client_errors=50.0, shed=1.0)
    found = troubles(board(rates=rates), NOW)
    assert [each.sentence for each in found] == ["2.0% of the requests fail", "1.0% of the requests are turned away"]
    assert troubles(board(rates=Rates(requests=1000.0, failed=2.0, client_errors=0.0, shed=0.0)), NOW) == []


def dog(name: str, state: str, subject: str = "indexer:document.created") -> dict[str, object]:
    figures = {"unit": "events", "value": 12.0, "alert_threshold": 10.0}
    return {"name": name, "subject": subject, "state": state, **figures}


def queue(*dogs: dict[str, object], **more: object) -> Any:
    told = {"agent": "indexer", "topic": "document.created", "waiting": 12, "oldest_seconds": 5.0, **more}
    return watched(Fields({"state": "ok", "watchdogs": list(dogs), "queue_depth": [told]}))


def test_a_queue_is_told_once_whatever_watches_it() -> None:
    found = the_one(watched=queue(dog("dead_letters", "alert"), dog("dead_letter_rate", "warning"), dead_letters=2))
    assert (found.urgency, found.sentence) == (Urgency.BAD, "2 dead letters of indexer on document.created")
    deep = the_one(watched=queue(dog("queue_depth", "warning"), dog("queue_age", "ok")))
    assert (deep.urgency, deep.sentence) == (
        Urgency.WARNING,
        "12 messages wait for indexer on document.created, the oldest for 5 s",
    )
    assert troubles(board(watched=queue(dog("queue_age", "warning"), held=True)), NOW) == []


def test_a_dead_letter_does_not_hide_a_queue_that_fills_up() -> None:
    dogs = dog("queue_depth", "alert"), dog("dead_letters", "warning")
    told = queue(*dogs, waiting=5000, oldest_seconds=None, dead_letters=1)  # as SQS tells, which knows no age
    assert [(each.urgency, each.sentence) for each in troubles(board(watched=told), NOW)] == [
        (Urgency.BAD, "5000 messages wait for indexer on document.created"),
        (Urgency.WARNING, "1 dead letters of indexer on document.created"),
    ]


def test_dead_letters_that_are_gone_already_are_not_told_as_messages_that_wait() -> None:
    found = the_one(watched=queue(dog("dead_letter_rate", "warning"), dead_letters=0))
    assert found.sentence == "dead letter rate of indexer:document.created is 12 events; it alerts from 10 on"


def test_any_other_watchdog_that_speaks_is_heard_and_one_for_information_never() -> None:
    dogs = [dog("event_loop_delay_p99", "alert", ""), {**dog("uptime", "ok", ""), "alert_threshold": None}]
    told = watched(Fields({"state": "alert", "watchdogs": dogs}))
    found = the_one(watched=told)
    assert found.sentence == "event loop delay p99 is 12 events; it alerts from 10 on"
    assert found.runbook is Runbook.OVERLOAD


def documented() -> list[tuple[str, str, str]]:
    """Each watchdog of docs/watchdogs.md that has a runbook: its name, of what it is, and the runbook."""
    table = DOCUMENT.read_text(encoding="utf-8").partition("## Where it is shown")[0]
    rows = re.findall(r"^\| `(\w+)(:[\w:]+)?` \|.* ([a-z-]+) \|$", table, re.MULTILINE)
    assert len(rows) == WATCHDOGS
    return [(name, of.removeprefix(":"), runbook) for name, of, runbook in rows]


@pytest.mark.parametrize(("name", "of", "runbook"), documented())
def test_a_watchdog_leads_to_the_runbook_that_its_document_names(name: str, of: str, runbook: str) -> None:
    agent, _, topic = of.partition(":")
    figures = {"name": name, "subject": of, "state": "alert", "value": 2.0, "alert_threshold": 1.0}
    queues = [{"agent": agent, "topic": topic, "waiting": 2}] if topic else []
    found = the_one(watched=watched(Fields({"watchdogs": [figures], "queue_depth": queues})))
    assert found.runbook == f"docs/runbooks/{runbook}.md"


def test_who_serves_without_what_is_stored_is_behind_and_the_silent_are_not() -> None:
    heard = [
        {"instance": "one", "heard_at": NOW - 1, "versions": {"operations": 3}},
        {"instance": "two", "heard_at": NOW - 2, "versions": {"operations": 2}},
        {"instance": "asleep", "heard_at": NOW - 60, "versions": {}},
    ]
    told = instances(Fields({"now": NOW, "documents": {"operations": 3}, "instances": heard}))
    assert the_one(instances=told).sentence == "instance two is behind in operations"


def test_what_is_not_known_comes_after_what_is_bad() -> None:
    found = troubles(board(breakers=breaker("event_queue", "open"), unknown={"rollouts": "503."}), NOW)
    assert [each.sentence for each in found] == ["breaker event_queue is open", "rollouts are not known: 503"]
    assert verdict(found) == (Urgency.BAD, "Breaker event_queue is open (and 1 more).")
