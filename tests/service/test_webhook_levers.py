"""What operators set is one notice under one id, whichever instance tells of it."""

import asyncio
from dataclasses import replace

import pytest

from service.reliability.control_entry import Entry
from service.web.journal import Type
from service.web.lever_journal import LeverJournal
from tests.service import virtual_time
from tests.service.played_webhook import Played, play


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
