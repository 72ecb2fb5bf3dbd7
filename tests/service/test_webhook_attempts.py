"""How often a notice is posted when its receiver is away, refuses it, or hangs, and what becomes of it then."""

import asyncio
import logging
from datetime import timedelta

import pytest

from service.reliability.retry import RetryPolicy
from tests.service.played_webhook import BREAKER, Answer, Played, hang, opened, play, status, unreachable


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


def test_backoffs_grow_and_are_jittered() -> None:
    policy = RetryPolicy(max_retries=3, backoff=timedelta(seconds=1), backoff_max=timedelta(seconds=10))
    played = play(opened, always=status(500), retry=policy)
    waits = [later - before for before, later in zip(played.at, played.at[1:], strict=False)]
    assert all(0 <= wait <= longest for wait, longest in zip(waits, (1, 2, 4), strict=True))
    assert len(set(waits)) == 3


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
