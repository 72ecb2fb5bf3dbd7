import asyncio

import msgspec
import pytest

from service.dependencies.attempt import Attempt
from service.dependencies.attempt_log import AttemptLog, Result
from service.dependencies.errors import AttemptError, RefusedError
from service.dependencies.fault import Fault, FaultMode, FaultPer, Lease
from service.dependencies.fault_injection import FaultInjector
from tests.service.virtual_time import now, run


def attempt(request_id: str = "r", number: int = 1) -> Attempt:
    return Attempt(request_id, number, "1-closed")


async def answers(_: Attempt) -> str:
    return "answer"


def injector(log: AttemptLog | None = None) -> FaultInjector:
    return FaultInjector("thing", log or AttemptLog(instance="i"), wall_clock=now)


def met(lease: Lease, at: float, attempts: list[Attempt]) -> list[bool]:
    return [lease.met_by(each, at) for each in attempts]


def test_without_a_fault_attempts_pass() -> None:
    async def main() -> None:
        assert await injector()(answers, attempt()) == "answer"

    run(main())


def test_an_error_fails_the_attempt_without_reaching_the_dependency() -> None:
    async def unreachable(_: Attempt) -> str:
        raise AssertionError("the dependency was reached")

    async def main() -> None:
        faulty = injector()
        faulty.set(Fault(mode=FaultMode.ERROR, seconds=10, retry_after=3))
        with pytest.raises(AttemptError) as raised:
            await faulty(unreachable, attempt())
        assert raised.value.retry_after == 3

    run(main())


def test_a_slow_attempt_is_answered_later() -> None:
    async def main() -> None:
        faulty = injector()
        faulty.set(Fault(mode=FaultMode.SLOW, latency=0.4, seconds=10))
        assert await faulty(answers, attempt()) == "answer"
        assert now() == pytest.approx(0.4)

    run(main())


def test_a_hanging_attempt_is_not_answered() -> None:
    async def main() -> None:
        faulty = injector()
        faulty.set(Fault(mode=FaultMode.HANG, seconds=10))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(faulty(answers, attempt()), timeout=9)

    run(main())


def test_a_fault_ends_with_its_lease() -> None:
    async def main() -> None:
        faulty = injector()
        faulty.set(Fault(mode=FaultMode.ERROR, seconds=10))
        await asyncio.sleep(10)
        assert await faulty(answers, attempt()) == "answer"
        assert faulty.lease() is None
        assert faulty.clear() is False

    run(main())


def test_a_fault_ends_when_it_is_cleared() -> None:
    async def main() -> None:
        faulty = injector()
        faulty.set(Fault(mode=FaultMode.ERROR, seconds=10))
        assert faulty.clear() is True
        assert await faulty(answers, attempt()) == "answer"

    run(main())


def test_the_same_seed_gives_the_same_fate_and_about_the_share_asked_for() -> None:
    attempts = [attempt(f"r{i}") for i in range(2000)]
    lease = Lease(Fault(mode=FaultMode.ERROR, seconds=10, share=0.3, seed=7), since=0)
    fates = met(lease, 1, attempts)
    assert fates == met(lease, 5, attempts)
    assert sum(fates) == pytest.approx(600, abs=80)
    assert fates != met(Lease(Fault(mode=FaultMode.ERROR, seconds=10, share=0.3, seed=8), since=0), 1, attempts)


def test_attempts_of_a_request_share_one_fate_only_when_asked_to() -> None:
    def mixed(per: FaultPer) -> int:
        lease = Lease(Fault(mode=FaultMode.ERROR, seconds=10, share=0.5, per=per), since=0)
        return sum(len(set(met(lease, 1, [attempt(f"r{i}", n) for n in (1, 2, 3)]))) == 2 for i in range(100))

    assert mixed(FaultPer.REQUEST) == 0
    assert mixed(FaultPer.ATTEMPT) > 50


def test_a_periodic_fault_is_on_for_one_period_and_off_for_the_next() -> None:
    lease = Lease(Fault(mode=FaultMode.ERROR, seconds=10, period=2), since=100)
    assert [lease.met_by(attempt(), 100 + at) for at in (0, 1.9, 2, 3.9, 4, 9.9, 10)] == [
        True, True, False, False, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ('{"mode":"reset","seconds":1}', r"Invalid enum value 'reset' - at `\$.mode`"),
        ('{"mode":"error"}', "missing required field `seconds`"),
        ('{"mode":"error","seconds":601}', r"<= 600"),
        ('{"mode":"error","seconds":0}', r">= 0.1"),
        ('{"mode":"error","seconds":1e-9}', r">= 0.1"),
        ('{"mode":"error","seconds":1,"share":0}', r"\$.share"),
        ('{"mode":"error","seconds":1,"latencey":1}', "latencey"),
        ('{"mode":"slow","seconds":1}', "latency is 0; expected more, since mode is slow"),
    ],
)
def test_a_fault_that_cannot_be_is_refused(document: str, problem: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=problem):
        msgspec.json.decode(document, type=Fault)


def test_the_log_has_a_row_for_each_attempt_with_what_became_of_it() -> None:
    async def fails(_: Attempt) -> str:
        raise AttemptError("no")

    async def refuses(_: Attempt) -> str:
        raise RefusedError("not like this")

    async def hangs(_: Attempt) -> str:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    async def main() -> None:
        log = AttemptLog(instance="i")
        faulty = injector(log)
        await faulty(answers, attempt("fine"))
        for name, operation in (("failed", fails), ("refused", refuses)):
            with pytest.raises((AttemptError, RefusedError)):
                await faulty(operation, attempt(name))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(faulty(hangs, attempt("timed out")), 1)
        faulty.set(Fault(mode=FaultMode.SLOW, latency=0.5, seconds=60))
        await faulty(answers, attempt("slow"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(faulty(answers, attempt("slow and given up")), 0.1)
        faulty.set(Fault(mode=FaultMode.HANG, seconds=60))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(faulty(answers, attempt("hung")), 1)
        faulty.set(Fault(mode=FaultMode.ERROR, seconds=60))
        with pytest.raises(AttemptError):
            await faulty(answers, attempt("injected"))
        rows, dropped = log.after(0, 100)
        assert dropped == 0
        assert [(row.request_id, row.result, row.fault, row.ended_at is None) for row in rows] == [
            ("fine", "ok", "", False),
            ("failed", "error", "", False),
            ("refused", "refused_input", "", False),
            ("timed out", "hang", "", True),
            ("slow", "slow", "slow", False),
            ("slow and given up", "slow", "slow", True),
            ("hung", "hang", "hang", True),
            ("injected", "error", "error", False),
        ]
        assert [row.sequence for row in rows] == list(range(1, 9))

    run(main())


def append(log: AttemptLog) -> None:
    log.append(
        request_id="r", attempt=1, permit="", dependency="thing", arrived_at=0, ended_at=0, result=Result.OK, fault=""
    )


def test_a_reader_of_the_log_can_page_and_learns_what_it_missed() -> None:
    log = AttemptLog(instance="i", kept=5)

    def read(after: int, limit: int) -> tuple[list[int], int]:
        rows, dropped = log.after(after, limit)
        return [row.sequence for row in rows], dropped

    assert read(0, 10) == ([], 0)
    for _ in range(8):
        append(log)
    assert read(0, 2) == ([4, 5], 3)
    assert read(5, 10) == ([6, 7, 8], 0)
    assert read(8, 10) == ([], 0)
    assert read(99, 10) == ([], 0)
