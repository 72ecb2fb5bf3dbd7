import asyncio
from collections.abc import Sequence

import pytest

from service.fleet.control_copy import ControlCopy
from service.reliability.control_freshness import Freshness
from service.store.control import AuditLine, ControlDocument
from service.store.errors import StoreError
from tests.service.virtual_time import now, run, stand_still


class Store:
    """A store that answers, fails or never answers, as told; it counts how often it is read."""

    def __init__(self) -> None:
        self.documents = [ControlDocument(name="a", version=1, body=b"one")]
        self.takes = 0.0
        self.fails = False
        self.reads = 0

    async def read(self, names: Sequence[str]) -> list[ControlDocument]:
        assert names == ("a",)
        self.reads += 1
        documents, fails = self.documents, self.fails
        await asyncio.sleep(self.takes)
        if fails:
            raise StoreError("locked")
        return documents

    async def write(self, document: ControlDocument, audit: AuditLine) -> None:
        raise NotImplementedError

    async def audit(self, name: str, limit: int, *, before: int | None = None) -> list[AuditLine]:
        raise NotImplementedError


class Fixture:
    def __init__(self) -> None:
        self.store = Store()
        self.seen: list[int] = []
        self.answers: list[str] = []
        self.copy = ControlCopy(
            self.store,
            ["a"],
            on_change=lambda document: self.seen.append(document.version),
            on_answer=self.answers.append,
            clock=now,
        )


def test_the_first_request_reads_and_those_right_after_it_do_not() -> None:
    async def scenario() -> None:
        under_test = Fixture()
        for _ in range(2):
            assert await under_test.copy.fresh() is Freshness.SERVE
            await asyncio.sleep(0.7)
        assert under_test.store.reads == 1
        assert await under_test.copy.fresh() is Freshness.SERVE
        assert under_test.store.reads == 2

    run(scenario())


def test_under_load_no_request_waits_for_a_store_that_answers_in_time() -> None:
    async def scenario() -> None:
        under_test = Fixture()
        await under_test.copy.fresh()
        under_test.store.takes = 0.19
        for _ in range(1000):
            began = now()
            assert await under_test.copy.fresh() is Freshness.SERVE
            assert now() == began
            assert (under_test.copy.age or 0.0) <= 1
            await asyncio.sleep(0.005)
        assert under_test.store.reads < 9

    run(scenario())


def test_requests_that_come_at_once_wait_for_one_reading() -> None:
    async def scenario() -> None:
        under_test = Fixture()
        under_test.store.takes = 0.1
        assert set(await asyncio.gather(*(under_test.copy.fresh() for _ in range(20)))) == {Freshness.SERVE}
        assert under_test.store.reads == 1

    run(scenario())


def test_a_change_is_told_once_and_an_older_version_never_comes_back() -> None:
    async def scenario() -> None:
        under_test = Fixture()
        under_test.copy.take(ControlDocument(name="a", version=2, body=b"two"))
        await under_test.copy.refresh()
        await under_test.copy.refresh()
        document = under_test.copy.document("a")
        assert document is not None
        assert (document.version, under_test.seen) == (2, [2])

    run(scenario())


@pytest.mark.parametrize("takes", [0.0, 60.0])
def test_while_the_store_does_not_answer_the_last_copy_serves_for_ten_seconds_and_then_stable_alone(
    takes: float,
) -> None:
    async def scenario() -> None:
        under_test = Fixture()
        await under_test.copy.fresh()
        under_test.store.fails, under_test.store.takes = True, takes
        await asyncio.sleep(1.5)
        began = now()
        assert await under_test.copy.fresh() is Freshness.SERVE_STALE
        assert now() - began <= 0.2
        assert under_test.copy.failure
        await asyncio.sleep(9)
        began = now()
        assert await under_test.copy.fresh() is Freshness.STABLE_ONLY
        assert now() == began
        assert under_test.copy.document("a") is not None

    run(scenario())


def test_a_store_that_is_back_is_found_without_anyone_waiting_for_it() -> None:
    async def scenario() -> None:
        under_test = Fixture()
        await under_test.copy.fresh()
        under_test.store.fails = True
        await asyncio.sleep(1.5)
        for _ in range(100):
            await under_test.copy.fresh()
            await asyncio.sleep(0.1)
        assert under_test.store.reads < 15
        under_test.store.fails = False
        trusts = []
        for _ in range(30):
            trusts.append(await under_test.copy.fresh())
            await asyncio.sleep(0.1)
        assert trusts[0] is Freshness.STABLE_ONLY
        assert trusts[-1] is Freshness.SERVE
        assert not under_test.copy.failure
        assert under_test.answers == ["the control store failed: locked", ""]

    run(scenario())


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("takes", [0.0, 0.1])  # the second is overdue as well when the CPU is back
@pytest.mark.parametrize("seconds", [5.0, 60.0])
@pytest.mark.parametrize("comes_after", [0, 10])  # steps of the loop, so that the reading has ended or has not
def test_a_reading_that_the_cpu_was_taken_from_lets_nobody_in(
    *, fails: bool, takes: float, seconds: float, comes_after: int
) -> None:
    async def scenario() -> None:
        under_test = Fixture()
        await under_test.copy.fresh()
        await asyncio.sleep(5)
        under_test.store.takes, under_test.store.fails = takes, fails
        reading = asyncio.create_task(under_test.copy.refresh())
        for _ in range(2):
            await asyncio.sleep(0)
        assert (under_test.store.reads, reading.done()) == (2, False)
        under_test.store.takes, under_test.store.fails = 0.1, False
        under_test.store.documents = [ControlDocument(name="a", version=2, body=b"two")]
        stand_still(seconds)
        for _ in range(comes_after):
            await asyncio.sleep(0)
        began = now()
        assert set(await asyncio.gather(*(under_test.copy.fresh() for _ in range(20)))) == {Freshness.SERVE}
        await reading
        assert under_test.copy.age is not None
        assert under_test.copy.age <= now() - began
        assert (under_test.seen, under_test.store.reads, under_test.answers) == ([1, 2], 3, [])

    run(scenario())


def test_a_failure_from_before_the_cpu_was_away_is_no_reason_not_to_ask_again() -> None:
    async def scenario() -> None:
        under_test = Fixture()
        await under_test.copy.fresh()
        under_test.store.fails = True
        await asyncio.sleep(1.5)
        assert await under_test.copy.fresh() is Freshness.SERVE_STALE
        under_test.store.fails = False
        stand_still(60)
        assert await under_test.copy.fresh() is Freshness.SERVE
        assert under_test.answers == ["the control store failed: locked", ""]

    run(scenario())


def test_a_store_that_hangs_while_the_cpu_comes_and_goes_holds_nobody_up_for_ever() -> None:
    async def scenario() -> None:
        under_test = Fixture()
        await under_test.copy.fresh()
        await asyncio.sleep(2)
        under_test.store.takes = 60
        request = asyncio.create_task(under_test.copy.fresh())
        while not request.done():
            await asyncio.sleep(0.01)
            stand_still(1)
        assert await request is Freshness.SERVE_STALE
        assert under_test.store.reads == 4
        assert under_test.answers == ["the control store was not read within 0.2 s, 3 times in a row"]

    run(scenario())


def test_who_must_know_what_is_stored_now_waits_for_no_reading_from_before_but_for_the_next() -> None:
    async def scenario() -> None:
        under_test = Fixture()
        under_test.store.takes = 0.1
        reading = asyncio.create_task(under_test.copy.refresh())
        await asyncio.sleep(0.05)
        under_test.store.documents = [ControlDocument(name="a", version=2, body=b"two")]
        await asyncio.gather(*(under_test.copy.read() for _ in range(20)))
        assert reading.done()
        assert (under_test.seen, under_test.store.reads) == ([1, 2], 2)
        assert now() == pytest.approx(0.2)

    run(scenario())


@pytest.mark.parametrize("fails", [False, True])
def test_who_must_know_what_is_stored_now_is_told_that_a_reading_failed_though_the_cpu_was_away(*, fails: bool) -> None:
    async def scenario() -> None:
        under_test = Fixture()
        under_test.store.takes, under_test.store.fails = 0.1, fails
        reading = asyncio.create_task(under_test.copy.read())
        for _ in range(3):
            await asyncio.sleep(0)
        stand_still(5)
        with pytest.raises(StoreError):
            await reading
        assert under_test.answers == []

    run(scenario())
