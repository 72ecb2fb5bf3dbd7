"""What a notice says of a trouble, and of its end."""

import asyncio
import json
from pathlib import Path

import pytest

from service.notification.notice import BAD_CANARY, DATABASE_SLOW, OVERLOAD, POISON_MESSAGES, PROVIDER_DOWN
from service.web.journal import Type
from tests.service.played_webhook import BREAKER, URL, Played, opened, play


def test_a_breaker_that_opens_is_told_with_all_that_one_needs_to_know() -> None:
    played = play(opened)
    (request,) = played.requests
    assert (request.method, str(request.url)) == ("POST", URL)
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.content) == {
        "id": "boot-1", "type": "breaker_opened", "at": 1000.0, "environment": "staging", "instance": "instance-1",
        "subject": BREAKER, "reason": "5 consecutive failures", "resolved": False,
        "runbook": "https://wiki/runbooks/provider-down.md", "summed_up": 0, "lost": 0,
    }  # fmt: skip
    assert played.webhook.outcomes == {"delivered": 1, "summed_up": 0, "lost": 0}


@pytest.mark.parametrize(
    ("kind", "subject", "name"),
    [
        (Type.BREAKER_OPENED, "embeddings:canary", "provider-down"),
        (Type.BREAKER_ISOLATED, "document_database", "database-slow"),
        (Type.GATE_SHUT, "embeddings", "provider-down"),
        (Type.GATE_SHUT, "event_queue", "database-slow"),
        (Type.ROLLOUT_ROLLED_BACK, "embeddings", "bad-canary"),
        (Type.WATCHDOG_ALERTED, "ai_latency_p99", "provider-down"),
        (Type.WATCHDOG_ALERTED, "dead_letters:indexer:document.created", "poison-messages"),
        (Type.WATCHDOG_ALERTED, "dead_letter_rate:indexer:document.created", "poison-messages"),
        (Type.WATCHDOG_ALERTED, "queue_depth:indexer:document.created", "overload"),
        (Type.WATCHDOG_ALERTED, "thread_saturation:documents", "database-slow"),
        (Type.WATCHDOG_ALERTED, "memory", "overload"),
    ],
)
def test_each_trouble_links_its_runbook(kind: Type, subject: str, name: str) -> None:
    async def act(played: Played) -> None:
        played.journal.record(kind, subject, "a reason")
        await asyncio.sleep(1)

    (told,) = play(act, runbooks_url="docs/runbooks").taken
    assert (told["type"], told["subject"], told["runbook"]) == (kind, subject, f"docs/runbooks/{name}.md")


@pytest.mark.parametrize("name", [PROVIDER_DOWN, DATABASE_SLOW, BAD_CANARY, POISON_MESSAGES, OVERLOAD])
def test_each_runbook_that_a_notice_links_is_there(name: str) -> None:
    assert (Path(__file__).parents[2] / f"docs/runbooks/{name}.md").is_file()


def test_what_is_well_again_is_told_after_the_trouble_and_not_without() -> None:
    async def act(played: Played) -> None:
        record = played.journal.record
        record(Type.GATE_OPENED, "event_queue", "3 consecutive passes")  # as each does when the service starts
        record(Type.WATCHDOG_WARNED, "memory", "81 %")
        record(Type.WATCHDOG_RECOVERED, "memory", "60 %")
        record(Type.BREAKER_HALF_OPENED, BREAKER, "a probe")
        record(Type.GATE_SHUT, "event_queue", "away")
        record(Type.GATE_OPENED, "event_queue", "3 consecutive passes")
        record(Type.GATE_OPENED, "event_queue", "3 consecutive passes")
        record(Type.BREAKER_OPENED, "event_queue", "away")
        record(Type.BREAKER_RESET, "event_queue", "an operator")
        await asyncio.sleep(1)

    played = play(act)
    assert [(each["type"], each["resolved"]) for each in played.taken] == [
        ("gate_shut", False), ("gate_opened", True), ("breaker_opened", False), ("breaker_reset", True),
    ]  # fmt: skip


def test_a_long_reason_is_cut() -> None:
    async def act(played: Played) -> None:
        played.opens(reason="x" * 10_000)
        await asyncio.sleep(1)

    assert play(act).taken[0]["reason"] == "x" * 500
