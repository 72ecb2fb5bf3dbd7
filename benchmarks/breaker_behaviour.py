"""What a breaker does at the three moments where most go wrong: the herd, the late answer, the cancelled probe."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.breaker_peers import Peer, peers, sync_only
from benchmarks.guarded import Guarded, Operation
from benchmarks.markdown import table

_OPEN_SECONDS = 0.05
_HERD = 50
_ATTEMPTS = 400  # enough for any of them to open, or to close, though one lets probes through by chance
_CALLS_TO_CLOSE = 12  # two more than any of them wants


class DependencyError(Exception):
    """What an ill dependency answers."""


@dataclass
class Dependency:
    """Answers at once, well or ill, or holds its callers until it is told what becomes of them."""

    ill: bool = False
    holding: bool = False
    held: list[asyncio.Future[None]] = field(default_factory=list)
    calls: int = 0

    async def __call__(self, _permit: object = None) -> int:
        """One call."""
        self.calls += 1
        if self.holding:
            self.held.append(asyncio.get_running_loop().create_future())
            await self.held[-1]
        if self.ill:
            raise DependencyError
        return self.calls

    def release(self, error: Exception | None = None) -> None:
        """Answer all that are held."""
        for future in self.held:
            if future.done():
                continue
            if error is None:
                future.set_result(None)
            else:
                future.set_exception(error)
        self.held.clear()


class Bench:
    """One breaker around one dependency."""

    def __init__(self, peer: Peer) -> None:
        self.dependency = Dependency()
        self._guarded: Guarded = peer.guard(peer.make(_OPEN_SECONDS), _as_function(self.dependency))

    async def call(self) -> bool:
        """One call; whether it was let through to the dependency."""
        before = self.dependency.calls
        with contextlib.suppress(Exception):  # each library raises what it likes
            await self._guarded.once()
        return self.dependency.calls > before

    async def open(self) -> None:
        """Fail until calls are rejected."""
        self.dependency.ill = True
        for _ in range(_ATTEMPTS):
            if not await self.call():
                self.dependency.ill = False
                return
        raise AssertionError("the breaker never opened")

    async def open_until_due(self) -> None:
        """Open, and wait until the next call may be a probe."""
        await self.open()
        await asyncio.sleep(_OPEN_SECONDS * 2)

    async def recover(self) -> None:
        """Succeed until it has closed, and not much longer, for successes dilute what comes after."""
        let_through = 0
        for _ in range(_ATTEMPTS):
            let_through += await self.call()
            if let_through == _CALLS_TO_CLOSE:
                return
        raise AssertionError("the breaker did not recover")

    async def is_any_let_through(self) -> bool:
        """Whether the dependency is called at all."""
        return any([await self.call() for _ in range(_ATTEMPTS)])

    def start(self, calls: int) -> list[asyncio.Task[bool]]:
        """Calls that wait in the dependency, or have been rejected."""
        return [asyncio.create_task(self.call()) for _ in range(calls)]


async def breaker_behaviour() -> str:
    """The table."""
    rows = []
    for peer in peers():
        if peer.rejection is None:
            continue
        admitted = await _admitted_of_a_herd(peer)
        stale = "reopen it" if await _is_reopened_by_stale_failures(peer) else "count nothing"
        cancelled = await _after_cancelled_probes(peer)
        rows.append([peer.name, peer.rules, "yes", str(admitted), stale, cancelled])
    for name, decorate in sync_only().items():
        rows.append([name, "consecutive failures", "yes" if await _trips(decorate) else "**never**", "", "", ""])
    headers = [
        "breaker",
        "opens on",
        "an `async def` trips it",
        f"probes let through of {_HERD}",
        "stale failures after recovery",
        "a cancelled probe",
    ]
    return table(headers, rows)


async def _admitted_of_a_herd(peer: Peer) -> int:
    bench = Bench(peer)
    await bench.open_until_due()
    bench.dependency.holding = True
    herd = bench.start(_HERD)
    await _settle()
    admitted = len(bench.dependency.held)
    bench.dependency.release()
    await asyncio.gather(*herd)
    return admitted


async def _is_reopened_by_stale_failures(peer: Peer) -> bool:
    bench = Bench(peer)
    bench.dependency.holding = True
    stale = bench.start(_HERD)
    await _settle()
    bench.dependency.holding = False
    await bench.open_until_due()
    await bench.recover()
    bench.dependency.release(DependencyError())
    await asyncio.gather(*stale)
    return not await bench.call()


async def _after_cancelled_probes(peer: Peer) -> str:
    bench = Bench(peer)
    await bench.open_until_due()
    bench.dependency.holding = True
    for _ in range(_HERD):
        (probe,) = bench.start(1)
        await _settle()
        probe.cancel()
        await asyncio.gather(probe, return_exceptions=True)
    bench.dependency.holding = False
    if await bench.is_any_let_through():
        return "lets the next through"
    await asyncio.sleep(_OPEN_SECONDS * 2)
    return "opens it again" if await bench.is_any_let_through() else "lets none through"


async def _trips(decorate: Callable[[Operation], Operation]) -> bool:
    dependency = Dependency(ill=True)
    guarded = decorate(_as_function(dependency))
    for _ in range(_ATTEMPTS):
        with contextlib.suppress(Exception):  # each library raises what it likes
            await guarded()
    return dependency.calls < _ATTEMPTS


def _as_function(dependency: Dependency) -> Operation:
    async def operation(permit: object = None) -> int:  # several decorators ask whether it is a coroutine function
        return await dependency(permit)

    return operation


async def _settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)
