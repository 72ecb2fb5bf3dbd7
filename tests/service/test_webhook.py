"""What the webhook does, with the receiver played at the HTTP port and time that passes at once."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from httpx2 import ConnectError, MockTransport, Request, Response

from service.notification import webhook as module
from service.notification.notice import BAD_CANARY, DATABASE_SLOW, OVERLOAD, POISON_MESSAGES, PROVIDER_DOWN
from service.notification.webhook import Webhook, WebhookConfig
from service.reliability.control_entry import Entry
from service.reliability.retry import RetryPolicy
from service.web.identity import Identity
from service.web.journal import Event, Journal, Type
from service.web.lever_journal import LeverJournal
from tests.service import virtual_time
from tests.unit.reliability.seeded import seeded

URL = "https://receiver.example/hooks/path-token"
KEY = bytes(range(32))
IDENTITY = Identity(
    environment="staging", load_tests_allowed=False, instance="instance-1", reliability=True, boot_id="boot"
)
BREAKER = "embeddings:stable"

Answer: TypeAlias = Callable[[], Awaitable[Response]]


async def taken() -> Response:
    return Response(204)


async def hang() -> Response:
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


async def unreachable() -> Response:
    raise ConnectError(f"cannot connect to {URL}")


def status(code: int, **headers: str) -> Answer:
    async def answer() -> Response:
        return Response(code, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return answer


class Played:
    """A webhook and its receiver, which answers as scripted and then takes everything."""

    def __init__(self, *script: Answer, always: Answer = taken, **changed: Any) -> None:
        self.script, self.always = [*script], always
        self.requests: list[Request] = []
        self.at: list[float] = []
        self.taken: list[dict[str, Any]] = []
        config = WebhookConfig(
            **{"url": URL, "key": KEY, "per_minute": 6, "runbooks_url": "https://wiki/runbooks/", **changed}
        )
        self.webhook = Webhook(
            config, IDENTITY, transport=MockTransport(self._answer), rng=seeded(7),
            clock=virtual_time.now, wall_clock=lambda: 1000.0 + virtual_time.now(),
        )  # fmt: skip
        self.journal = Journal(wall_clock=lambda: 1000.0 + virtual_time.now())
        self.journal.subscribe(self.webhook)

    def opens(self, breaker: str = BREAKER, reason: str = "5 consecutive failures") -> None:
        self.journal.record(Type.BREAKER_OPENED, breaker, reason)

    def closes(self, breaker: str = BREAKER) -> None:
        self.journal.record(Type.BREAKER_CLOSED, breaker, "2 successes")

    def told(self) -> list[tuple[str, str]]:
        return [(each["type"], each["subject"]) for each in self.taken]

    async def _answer(self, request: Request) -> Response:
        self.requests.append(request)
        self.at.append(virtual_time.now())
        answer = await (self.script.pop(0) if self.script else self.always)()
        if answer.is_success:
            self.taken.append(json.loads(request.content))
        return answer


def play(act: Callable[[Played], Awaitable[None]], *script: Answer, **changed: Any) -> Played:
    """What has become of it when `act` is over and the service has stopped."""

    async def life() -> Played:
        played = Played(*script, **changed)
        await played.webhook.start()
        await act(played)
        await played.webhook.stop()
        return played

    return virtual_time.run(life())


async def opened(played: Played) -> None:
    played.opens()
    await asyncio.sleep(100)


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


@pytest.mark.parametrize(
    ("key", "on", "kind", "resolved"),
    [
        ("mode/safe_mode", True, "mode_changed", False),
        ("mode/safe_mode", False, "mode_changed", True),
        ("agent/indexer", True, "agent_quarantined", False),
        ("agent/indexer", False, "agent_released", True),
    ],
)
def test_what_operators_wish_is_one_notice_whoever_tells_of_it(key: str, on: bool, kind: str, resolved: bool) -> None:
    async def act(played: Played) -> None:
        entry = Entry(on=on, by="ann", reason="too slow", since=1000.0, until=None, revision=7, settings={})
        levers = LeverJournal(played.journal, "instance-1", wall_clock=lambda: 1001.0)
        levers.changed(key, replace(entry, on=True, revision=6))
        levers.changed(key, entry)
        await asyncio.sleep(1)

    told = play(act).taken[-1]
    family, _, subject = key.partition("/")
    assert (told["type"], told["subject"], told["reason"]) == (kind, subject, "too slow")
    assert (told["resolved"], told["runbook"], told["id"]) == (resolved, None, f"staging-{family}-{subject}-7-1000")


@pytest.mark.parametrize(("key", "kind"), [("mode/safe_mode", "mode_changed"), ("agent/indexer", "agent_released")])
def test_what_ends_by_its_time_is_resolved_once_and_under_one_id_whoever_tells_of_it(key: str, kind: str) -> None:
    async def act(played: Played) -> None:
        levers = LeverJournal(played.journal, "instance-1", wall_clock=lambda: 1000.0 + virtual_time.now())
        levers.changed(key, Entry(on=True, by="ann", reason="too slow", since=1000.0, until=1060.0, revision=7))
        await asyncio.sleep(59)
        levers.end()
        await asyncio.sleep(6)
        levers.end()
        levers.end()
        await asyncio.sleep(1)

    on, over = play(act).taken
    family, _, subject = key.partition("/")
    assert (on["resolved"], on["at"]) == (False, 1000.0)
    assert (over["type"], over["subject"], over["reason"], over["at"]) == (kind, subject, "its time is over", 1065.0)
    assert (over["resolved"], over["id"]) == (True, f"staging-{family}-{subject}-7-1060")


def test_an_instance_that_starts_tells_of_no_mode_that_was_set_before_but_of_its_end() -> None:
    async def act(played: Played) -> None:
        levers = LeverJournal(played.journal, "instance-1", wall_clock=lambda: 1000.0 + virtual_time.now())
        entry = Entry(on=True, by="ann", reason="too slow", since=999.0, until=1060.0, revision=7)
        levers.changed("mode/safe_mode", entry)
        levers.changed("agent/indexer", replace(entry, until=None))
        levers.changed("mode/brownout", replace(entry, since=1000.0, until=None))
        await asyncio.sleep(61)
        levers.end()
        await asyncio.sleep(1)
        kinds = [event.type for event in played.journal.after(0, 10)[0]]
        assert kinds == [Type.MODE_CHANGED, Type.AGENT_QUARANTINED, Type.MODE_CHANGED, Type.MODE_CHANGED]

    told = play(act).taken
    assert [(each["subject"], each["resolved"]) for each in told] == [("brownout", False), ("safe_mode", True)]


def test_what_was_over_when_it_was_heard_of_is_resolved_too() -> None:
    async def act(played: Played) -> None:
        levers = LeverJournal(played.journal, "instance-1", wall_clock=lambda: 1000.0 + virtual_time.now())
        entry = Entry(on=True, by="ann", reason="too slow", since=1000.0, until=1060.0, revision=7)
        levers.changed("mode/safe_mode", entry)
        await asyncio.sleep(100)
        levers.changed("mode/safe_mode", replace(entry, until=1090.0, since=1050.0, revision=8))
        levers.end()
        await asyncio.sleep(1)

    assert [each["resolved"] for each in play(act).taken] == [False, False, True]


def test_the_id_of_a_notice_can_stand_in_a_header_whatever_is_named_in_it() -> None:
    async def act(played: Played) -> None:
        entry = Entry(on=True, by="ann", reason="too slow", since=1000.0, until=None, revision=7, settings={})
        LeverJournal(played.journal, "instance-1", wall_clock=lambda: 1000.0).changed("agent/größe\n", entry)
        await asyncio.sleep(1)

    played = play(act)
    (request,) = played.requests
    assert request.headers["webhook-id"] == played.taken[0]["id"] == "staging-agent-gr%C3%B6%C3%9Fe%0A-7-1000"
    assert played.taken[0]["subject"] == "größe\n"


def test_a_notice_that_cannot_be_sent_is_lost_and_the_next_ones_are_told(caplog: pytest.LogCaptureFixture) -> None:
    async def act(played: Played) -> None:
        played.opens(reason="\ud800")  # which no encoding takes
        await asyncio.sleep(1)
        played.opens("document_database")
        await asyncio.sleep(1)

    played = play(act)
    assert [(each["subject"], each["lost"]) for each in played.taken] == [("document_database", 1)]
    assert played.webhook.outcomes == {"delivered": 1, "summed_up": 0, "lost": 1}
    (record,) = caplog.records
    assert record.__dict__["fields"]["reason"] == "it cannot be sent: UnicodeEncodeError"


@pytest.mark.parametrize("answer", [status(500), status(503), status(408), status(429), unreachable, hang])
def test_a_receiver_that_is_away_is_asked_again_and_gets_the_same_notice(answer: Answer) -> None:
    played = play(opened, answer, answer)
    assert len(played.requests) == 3
    assert len({request.content for request in played.requests}) == 1
    assert len({request.headers["webhook-id"] for request in played.requests}) == 1
    assert played.told() == [("breaker_opened", BREAKER)]


def test_each_attempt_is_signed_anew_since_old_ones_are_refused() -> None:
    played = play(opened, hang)
    first, second = played.requests
    assert int(second.headers["webhook-timestamp"]) >= int(first.headers["webhook-timestamp"]) + 5
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]


def test_a_receiver_that_says_when_to_come_again_is_left_alone_until_then() -> None:
    played = play(opened, status(429, retry_after="7"))
    assert played.at[1] - played.at[0] >= 7


@pytest.mark.parametrize("code", [301, 307, 400, 401, 404, 410])
def test_a_receiver_that_refuses_or_sends_elsewhere_is_not_asked_again(
    code: int, caplog: pytest.LogCaptureFixture
) -> None:
    played = play(opened, status(code, location="https://elsewhere.example/"))
    assert len(played.requests) == 1
    assert played.webhook.outcomes["lost"] == 1
    assert [record.__dict__["fields"]["reason"] for record in caplog.records] == [f"the receiver answered {code}"]


@pytest.mark.parametrize("answer", [status(500), unreachable, hang])
def test_a_receiver_that_is_gone_costs_a_bounded_time_and_its_address_is_not_told(
    answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    played = play(opened, always=answer)
    assert len(played.requests) == 6
    assert played.at[-1] < 45
    assert played.webhook.outcomes == {"delivered": 0, "summed_up": 0, "lost": 1}
    (record,) = caplog.records
    assert (record.levelno, record.message) == (logging.WARNING, "webhook_notice_lost")
    assert "path-token" not in str(record.__dict__)
    assert "example" not in str(record.__dict__)


def test_what_was_lost_is_told_in_the_next_notice_that_arrives() -> None:
    async def act(played: Played) -> None:
        played.opens()
        await asyncio.sleep(1)
        played.opens("document_database")
        await asyncio.sleep(1)
        played.opens("event_queue")
        await asyncio.sleep(1)

    played = play(act, status(400))
    assert [each["lost"] for each in played.taken] == [1, 0]


def test_who_records_an_event_does_not_wait_and_the_oldest_are_dropped(caplog: pytest.LogCaptureFixture) -> None:
    async def act(played: Played) -> None:
        played.opens("first")
        await asyncio.sleep(1)  # it is under way and does not arrive
        for number in range(module.MOST_WAITING + 20):
            played.opens(f"breaker-{number}")
        assert virtual_time.now() == 1
        played.always = taken
        await asyncio.sleep(100)

    played = play(act, hang)
    assert played.webhook.outcomes == {"delivered": module.MOST_WAITING + 1, "summed_up": 0, "lost": 20}
    subjects = [subject for _, subject in played.told()]
    assert subjects == ["first", *(f"breaker-{number}" for number in range(20, module.MOST_WAITING + 20))]
    assert [each["lost"] for each in played.taken[:3]] == [0, 20, 0]
    assert len(caplog.records) == 20


def test_what_flaps_is_summed_up_and_its_last_word_is_told() -> None:
    async def act(played: Played) -> None:
        for _ in range(50):
            played.opens()
            played.closes()
            await asyncio.sleep(0.1)
        played.opens("document_database")  # another subject does not wait for it
        await asyncio.sleep(100)

    played = play(act, per_minute=2)
    assert played.told() == [
        ("breaker_opened", BREAKER), ("breaker_closed", BREAKER), ("breaker_opened", "document_database"),
        ("breaker_closed", BREAKER),
    ]  # fmt: skip
    assert [each["summed_up"] for each in played.taken] == [0, 0, 0, 97]
    assert played.at[-1] == pytest.approx(60)
    assert played.webhook.outcomes == {"delivered": 4, "summed_up": 97, "lost": 0}


def test_what_waits_when_the_service_stops_is_posted_then() -> None:
    async def act(played: Played) -> None:
        for _ in range(5):
            played.opens()
            played.closes()

    played = play(act, per_minute=1)
    assert [(each["type"], each["summed_up"]) for each in played.taken] == [
        ("breaker_opened", 0),
        ("breaker_closed", 8),
    ]


def test_a_receiver_that_hangs_does_not_keep_the_service_from_stopping() -> None:
    async def life() -> tuple[float, dict[str, int]]:
        played = Played(always=hang)
        await played.webhook.start()
        played.opens()
        played.opens("document_database")
        await asyncio.sleep(1)
        began = virtual_time.now()
        await played.webhook.stop()
        return virtual_time.now() - began, played.webhook.outcomes

    took, outcomes = virtual_time.run(life())
    assert took == pytest.approx(2)
    assert outcomes == {"delivered": 0, "summed_up": 0, "lost": 2}


def test_what_happens_while_the_service_starts_is_told_once_it_has() -> None:
    async def life() -> Played:
        played = Played()
        played.opens()
        await played.webhook.start()
        await asyncio.sleep(1)
        await played.webhook.stop()
        return played

    assert virtual_time.run(life()).told() == [("breaker_opened", BREAKER)]


def test_a_service_that_never_started_stops_all_the_same() -> None:
    async def life() -> None:
        await Played().webhook.stop()

    virtual_time.run(life())


def test_a_long_reason_is_cut() -> None:
    async def act(played: Played) -> None:
        played.opens(reason="x" * 10_000)
        await asyncio.sleep(1)

    assert play(act).taken[0]["reason"] == "x" * 500


def test_backoffs_grow_and_are_jittered() -> None:
    policy = RetryPolicy(max_retries=3, backoff=timedelta(seconds=1), backoff_max=timedelta(seconds=10))
    played = play(opened, always=status(500), retry=policy)
    waits = [later - before for before, later in zip(played.at, played.at[1:], strict=False)]
    assert all(0 <= wait <= longest for wait, longest in zip(waits, (1, 2, 4), strict=True))
    assert len(set(waits)) == 3


def test_a_subscriber_of_the_journal_hears_each_event() -> None:
    heard: list[Event] = []
    journal = Journal()
    journal.record(Type.FAULT_SET, "a", "before")
    journal.subscribe(heard.append)
    journal.record(Type.FAULT_CLEARED, "a", "after")
    assert [(event.sequence, event.type) for event in heard] == [(2, Type.FAULT_CLEARED)]
