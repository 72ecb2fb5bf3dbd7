"""Keeps the provider's port closed while a fault says so, and open otherwise."""

import asyncio
from collections.abc import Callable

from harness.simulator.fault_board import FaultBoard
from harness.simulator.listener import Listener


class Refusal:
    """Closes and opens the port as the board has it: at once when told, by itself when a lease turns or ends."""

    def __init__(self, listener: Listener, faults: FaultBoard, clock: Callable[[], float]) -> None:
        self._listener = listener
        self._faults = faults
        self._clock = clock
        self._turning = asyncio.Lock()
        self._changed = asyncio.Event()

    async def apply(self) -> None:
        """Bring the port to what the board says now."""
        async with self._turning:
            lease = self._faults.refusal()
            if lease is not None and lease.on(self._clock()):
                await self._listener.refuse()
            else:
                await self._listener.start()
        self._changed.set()

    async def follow(self) -> None:
        """Apply every lease as it turns and as it ends, until cancelled."""
        while True:
            self._changed.clear()
            lease = self._faults.refusal()
            now = self._clock()
            turns_at = lease.next_change(now) if lease is not None else None
            try:
                async with asyncio.timeout(None if turns_at is None else turns_at - now):
                    await self._changed.wait()
            except TimeoutError:
                await self.apply()
