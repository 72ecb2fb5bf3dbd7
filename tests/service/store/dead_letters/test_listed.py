"""What every event queue lists of the messages that were given up, and discards."""

import pytest

from service.store.events import UnknownCursorError
from service.store.sqs_events import SqsEventStore
from tests.service.store.dead_letters.bench import REASON, Bench


async def test_a_dead_letter_says_what_it_was_and_why_it_was_given_up(bench: Bench) -> None:
    await bench.dead("e1")
    (letter,) = (await bench.store.dead_letters(agent="a", topic="t", limit=10, after=None)).dead_letters
    assert (letter.id, letter.agent, letter.topic, letter.document_id) == ("e1", "a", "t", "d-e1")
    assert (letter.request_id, letter.attempts, letter.reason, letter.died_at) == ("r", 1, REASON, 1000)
    assert letter.published_at > 0


async def test_every_dead_letter_is_listed_once_page_by_page(bench: Bench) -> None:
    names = [f"e{number}" for number in range(25)]
    await bench.dead(*names)
    listed: list[str] = []
    after = None
    for _ in range(4):
        page = await bench.store.dead_letters(agent=None, topic=None, limit=10, after=after)
        listed += [letter.id for letter in page.dead_letters]
        after = page.next
        if after is None:
            break
    assert sorted(listed) == sorted(names)
    assert after is None


async def test_only_what_is_asked_for_is_listed(bench: Bench) -> None:
    await bench.dead("e1")
    for agent, topic in (("b", None), ("nobody", None), (None, "other")):
        page = await bench.store.dead_letters(agent=agent, topic=topic, limit=10, after=None)
        assert page.dead_letters == []
    assert await bench.listed() == ["e1"]


async def test_a_cursor_of_another_store_is_refused(bench: Bench) -> None:
    for cursor in ("-1", "x", "\N{ARABIC-INDIC DIGIT ONE}", "9" * 30):
        with pytest.raises(UnknownCursorError, match="is no cursor of dead letters"):
            await bench.store.dead_letters(agent=None, topic=None, limit=10, after=cursor)


async def test_what_is_discarded_is_gone_and_was_still_counted(bench: Bench) -> None:
    await bench.dead("e1", "e2")
    assert await bench.store.discard("a", ["e1", "gone"]) == ["e1"]
    assert await bench.store.discard("b", ["e2"]) == []
    assert await bench.listed() == ["e2"]
    depth = await bench.depth()
    assert (depth.dead_letters, depth.died, depth.waiting) == (1, 2, 0)


async def test_what_would_be_discarded_is_told_and_still_there(bench: Bench) -> None:
    await bench.dead("e1", "e2")
    assert await bench.store.discard("a", ["e1", "gone"], dry_run=True) == ["e1"]
    assert await bench.store.discard("b", ["e2"], dry_run=True) == []
    assert await bench.listed() == ["e1", "e2"]
    assert (await bench.depth()).died == 2


async def test_what_sqlite_counts_is_exact_and_what_sqs_counts_says_that_it_is_not(bench: Bench) -> None:
    await bench.dead("e1")
    depth = await bench.depth()
    assert depth.approximate is isinstance(bench.store, SqsEventStore)
    assert (depth.published, depth.died) == (1, 1)
