"""Plays leased faults on a dependency and records every attempt on it."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from service.dependencies.attempt import Attempt
from service.dependencies.attempt_log import AttemptLog, Result
from service.dependencies.call import Operation
from service.dependencies.errors import AttemptError, RefusedError
from service.dependencies.fault import Fault, FaultMode, Lease

T = TypeVar("T")


class FaultInjector:
    """Stands between the guard and one dependency."""

    def __init__(
        self,
        dependency: str,
        log: AttemptLog,
        *,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self.dependency = dependency
        self._log = log
        self._now = wall_clock
        self._lease: Lease | None = None
        self._checks = itertools.count(1)

    def set(self, fault: Fault, *, since: float | None = None) -> Lease:
        """Play a fault from an instant on (None: from now on), instead of the one before."""
        self._lease = Lease(fault, self._now() if since is None else since)
        return self._lease

    def clear(self) -> bool:
        """Play no fault; False when none was set or its lease was over."""
        running = self.lease() is not None
        self._lease = None
        return running

    def lease(self) -> Lease | None:
        """The fault that is set, while its lease runs."""
        lease = self._lease
        return lease if lease is not None and self._now() < lease.until else None

    async def check(self, ask: Callable[[], Awaitable[None]]) -> None:
        """Ask the dependency whether it works; that meets the fault as an attempt does, and is in no log."""
        fault = self._met_by(Attempt(f"check-{next(self._checks)}", 1, ""), self._now())
        if fault is not None and fault.mode is FaultMode.HANG:
            await asyncio.sleep(fault.seconds)
            raise AttemptError("injected fault: hung for the length of its lease")
        if fault is not None:
            await self._play(fault)
        await ask()

    async def __call__(self, operation: Operation[T], attempt: Attempt) -> T:
        """Make an attempt, as `Attempting`."""
        arrived_at = self._now()
        fault = self._met_by(attempt, arrived_at)
        if fault is not None and fault.mode is FaultMode.HANG:
            self._record(attempt, arrived_at, None, Result.HANG, fault)
            await asyncio.sleep(fault.seconds)  # until the guard's timeout or the caller's leaving ends it
            raise AttemptError("injected fault: hung for the length of its lease")
        try:
            if fault is not None:
                await self._play(fault)
            answer = await operation(attempt)
        except AttemptError:
            self._record(attempt, arrived_at, self._now(), Result.ERROR, fault)
            raise
        except RefusedError:
            self._record(attempt, arrived_at, self._now(), Result.REFUSED_INPUT, fault)
            raise
        except asyncio.CancelledError:  # by the guard's timeout, or because the caller went away
            self._record(attempt, arrived_at, None, Result.HANG if fault is None else Result.SLOW, fault)
            raise
        self._record(attempt, arrived_at, self._now(), Result.OK if fault is None else Result.SLOW, fault)
        return answer

    def _met_by(self, attempt: Attempt, now: float) -> Fault | None:
        lease = self._lease
        return lease.fault if lease is not None and lease.met_by(attempt, now) else None

    async def _play(self, fault: Fault) -> None:
        if fault.mode is FaultMode.ERROR:
            raise AttemptError(f"injected fault: status {fault.status}", retry_after=fault.retry_after)
        await asyncio.sleep(fault.latency)

    def _record(
        self, attempt: Attempt, arrived_at: float, ended_at: float | None, result: Result, fault: Fault | None
    ) -> None:
        self._log.append(
            request_id=attempt.request_id,
            attempt=attempt.number,
            permit=attempt.permit,
            dependency=self.dependency,
            arrived_at=arrived_at,
            ended_at=ended_at,
            result=result,
            fault="" if fault is None else fault.mode,
        )
