"""Setting faults: on this instance alone, or on every instance."""

import asyncio
import time
from collections.abc import Mapping
from typing import Protocol

import msgspec

from service.dependencies.fault import Fault, Lease
from service.dependencies.fault_injection import FaultInjector
from service.fleet.control_copy import ControlCopy
from service.fleet.operations import Changed, EntryConflictError, Operations
from service.fleet.schema import UnknownSchemaError
from service.reliability.control_entry import Change, Entry
from service.store.errors import StoreError
from service.web.journal import Journal, Type
from service.web.log import LOGGER
from service.web.problems import CONFLICT, CONTROL_STORE_AWAY, ProblemError

KIND = "fault"

PATIENCE = 3.0
"""Seconds for which a fault is tried to be set: whoever sets one puts a load on the store besides."""

BETWEEN = 0.05  # seconds between two tries


class Faults(Protocol):
    """Where faults are set. Both ways they begin and end at once on the instance that is asked."""

    async def set(self, dependency: str, fault: Fault, *, by: str, reason: str | None) -> Lease:
        """Play a fault from now on, instead of the one before; without a reason it is its own. Raises ProblemError."""
        ...

    async def clear(self, dependency: str, by: str) -> bool:
        """Play none; False when none was playing. Raises ProblemError."""
        ...

    async def fresh(self) -> None:
        """Learn what others have set."""
        ...


class OwnFaults:
    """This instance's faults: without the reliability system instances share nothing."""

    def __init__(self, injectors: Mapping[str, FaultInjector], journal: Journal) -> None:
        self._injectors = injectors
        self._journal = journal

    async def set(self, dependency: str, fault: Fault, *, by: str, reason: str | None) -> Lease:
        """As `Faults`."""
        lease = self._injectors[dependency].set(fault)
        detail = {**msgspec.to_builtins(fault), "by": by}
        self._journal.record(Type.FAULT_SET, dependency, reason or _what(fault), detail)
        return lease

    async def clear(self, dependency: str, by: str) -> bool:
        """As `Faults`."""
        cleared = self._injectors[dependency].clear()
        if cleared:
            self._journal.record(Type.FAULT_CLEARED, dependency, "taken back by an operator", {"by": by})
        return cleared

    async def fresh(self) -> None:
        """As `Faults`."""


class SharedFaults:
    """Every instance's faults, as entries of what operators set; audited like the rest of it."""

    def __init__(
        self,
        injectors: Mapping[str, FaultInjector],
        operations: Operations,
        copy: ControlCopy,
        journal: Journal,
    ) -> None:
        self._injectors = injectors
        self._operations = operations
        self._copy = copy
        self._journal = journal

    async def set(self, dependency: str, fault: Fault, *, by: str, reason: str | None) -> Lease:
        """As `Faults`."""
        change = Change(
            on=True,
            by=by,
            reason=reason or _what(fault),
            action="fault set",
            ttl=fault.seconds,
            settings=msgspec.to_builtins(fault),
        )
        done = await self._changed(dependency, change)
        return Lease(fault, done.after.since)

    async def clear(self, dependency: str, by: str) -> bool:
        """As `Faults`."""
        change = Change(on=False, by=by, reason="taken back by an operator", action="fault cleared")
        return (await self._changed(dependency, change)).changed

    async def fresh(self) -> None:
        """As `Faults`."""
        await self._copy.fresh()

    def changed(self, key: str, entry: Entry) -> None:
        """An entry was changed by somebody: play what it says."""
        kind, _, dependency = key.partition("/")
        injector = self._injectors.get(dependency)
        if kind != KIND or injector is None:
            return
        if not entry.on:
            if injector.clear():
                self._journal.record(Type.FAULT_CLEARED, dependency, entry.reason, {"by": entry.by})
        elif entry.in_force(time.time()):
            try:
                fault = msgspec.convert(entry.settings, Fault)
            except msgspec.ValidationError as error:  # it is of another version of the service
                LOGGER.warning("fault_unreadable", extra={"fields": {"subject": dependency, "reason": str(error)}})
                return
            injector.set(fault, since=entry.since)
            self._journal.record(Type.FAULT_SET, dependency, entry.reason, {**entry.settings, "by": entry.by})

    async def _changed(self, dependency: str, change: Change) -> Changed:
        """The last to set a fault has it: nobody is refused because another was at it, or held the file."""
        give_up_at = time.monotonic() + PATIENCE
        while True:
            try:
                return await self._operations.change(f"{KIND}/{dependency}", change)
            except UnknownSchemaError as error:
                raise ProblemError(CONFLICT, str(error)) from error
            except (EntryConflictError, StoreError) as error:
                if time.monotonic() >= give_up_at:
                    raise ProblemError(CONTROL_STORE_AWAY, f"the fault of {dependency} was not changed") from error
            await asyncio.sleep(BETWEEN)


def _what(fault: Fault) -> str:
    return f"{fault.mode} for {fault.seconds:g} s"
