"""The queue of notices: nobody waits for it, what flaps is summed up, and it is emptied when the service stops."""

import asyncio

import pytest

from service.notification import webhook as module
from tests.service import virtual_time
from tests.service.played_webhook import BREAKER, Played, hang, play, taken


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


def test_what_happens_while_the_service_starts_is_told_once_it_has() -> None:
    async def life() -> Played:
        played = Played()
        played.opens()
        await played.webhook.start()
        await asyncio.sleep(1)
        await played.webhook.stop()
        return played

    assert virtual_time.run(life()).told() == [("breaker_opened", BREAKER)]


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


def test_a_service_that_never_started_stops_all_the_same() -> None:
    async def life() -> None:
        await Played().webhook.stop()

    virtual_time.run(life())
