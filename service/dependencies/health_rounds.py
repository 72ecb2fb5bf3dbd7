"""Runs the rounds of the health gates: when one is due, whoever notices first."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import TypeAlias

from service.background import Background, cancel_and_wait
from service.dependencies.errors import AttemptError
from service.reliability.health_gate import Checked, HealthGates, HealthGatesConfig

Check: TypeAlias = Callable[[], Awaitable[None]]
"""Asks a dependency whether it works. Raises AttemptError when it does not."""

WAITS_AT_MOST = 0.5
"""Seconds that a request waits for a fresh round when the last one is stale."""


STOOD_STILL = 2
"""Timeouts; a check that failed after more than this failed because this process had no CPU, so it is made again."""


class HealthRounds:
    """The checks of a round run at the same time, each with its own timeout; one round at a time."""

    def __init__(
        self,
        gates: HealthGates,
        checks: Mapping[str, Check],
        config: HealthGatesConfig,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.gates = gates
        self._checks = {name: checks[name] for name in gates.gates}
        self._timeout = config.check_timeout.total_seconds()
        self._interval = config.interval.total_seconds()
        self._passes = config.passes
        self._clock = clock
        self._round: asyncio.Task[None] | None = None
        self._loop = Background(self._run)

    async def start(self) -> None:
        """The first rounds, back to back, and from then on one when it is due."""
        for _ in range(self._passes):
            await self._run_round()
        self._loop.begin()

    async def stop(self) -> None:
        """Give up the round under way."""
        await self._loop.stop()
        await cancel_and_wait(self._round)

    def poke(self) -> None:
        """Begin a round if one is due and none is under way."""
        if self._round is None and self.gates.due(self._clock()):
            self._round = asyncio.create_task(self._run_round())

    def current(self) -> bool:
        """Whether the last round began less than an interval ago and none is under way: every request asks this."""
        return self._round is None and not self.gates.due(self._clock())

    async def settled(self) -> None:
        """Wait for a fresh round while the last one is stale, but not for long."""
        self.poke()
        if self._round is not None and self.gates.stale(self._clock()):
            with suppress(TimeoutError):
                async with asyncio.timeout(WAITS_AT_MOST):
                    await asyncio.shield(self._round)

    def stale(self) -> bool:
        """Whether what is known is too old to tell of the present."""
        return self.gates.stale(self._clock())

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._interval / 4)
            self.poke()

    async def _run_round(self) -> None:
        self.gates.begin(self._clock())
        try:
            checked = await asyncio.gather(*(self._checked(check) for check in self._checks.values()))
            self.gates.end(dict(zip(self._checks, checked, strict=True)), self._clock())
        finally:
            self._round = None

    async def _checked(self, check: Check) -> Checked:
        began = self._clock()
        error = await self._error_of(check)
        if error and self._clock() - began > STOOD_STILL * self._timeout:
            began = self._clock()
            error = await self._error_of(check)
        return Checked(error=error, seconds=self._clock() - began)

    async def _error_of(self, check: Check) -> str:
        try:
            async with asyncio.timeout(self._timeout):
                await check()
        except TimeoutError:
            return f"no answer within {self._timeout:g} s"
        except AttemptError as failure:
            return str(failure)
        return ""
