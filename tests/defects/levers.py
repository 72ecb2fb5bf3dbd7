"""Levers with one wrong part each."""

import dataclasses
from collections.abc import Sequence

from starlette.middleware import Middleware

from service.assembly.holding import Holding
from service.assembly.levers import Admission, Levers
from service.dependencies.agent_queue import AgentQueue
from service.fleet import operations
from service.fleet.control_copy import ControlCopy
from service.fleet.operations import DOCUMENT, Operations
from service.reliability.control_entry import Change, Entry, changed
from service.store.control import ControlDocument
from service.store.events import Message
from tests.defects.replacing import replace


def knows_only_what_it_set_itself() -> None:
    original = ControlCopy.take

    def take(self: ControlCopy, document: ControlDocument) -> None:
        by_another = self._reading.is_under_way
        if not (by_another and document.name == DOCUMENT):
            original(self, document)

    replace(ControlCopy, "take", take)


def goes_on_after_it_was_taken_back() -> None:
    def in_force(self: Operations, key: str) -> Entry | None:
        entry = self.entry(key)
        return entry if entry is not None and (entry.on or entry.revision > 1) else None

    replace(Operations, "in_force", in_force)


def drains_what_only_reads_too() -> None:
    original = Levers.admission

    def admission(self: Levers, ready: Middleware, embeddings: Sequence[Middleware]) -> Admission:
        right = original(self, ready, embeddings)
        return dataclasses.replace(right, every=[*right.every, *right.writes])

    replace(Levers, "admission", admission)


def delivers_what_it_should_hold() -> None:
    original = Operations.in_force

    def in_force(self: Operations, key: str) -> Entry | None:
        return None if key.startswith("agent/") else original(self, key)

    replace(Operations, "in_force", in_force)


def loses_what_it_holds() -> None:
    async def release(self: AgentQueue, agent: str, message: Message, _delay: float, _error: str) -> None:
        await self.acknowledge(agent, message)

    async def held(_self: Holding, _agent: str) -> bool:
        return False  # so that it takes messages, which the agent then turns away

    replace(Holding, "held", held)
    replace(AgentQueue, "release", release)


def forgets_who_did_it_and_why() -> None:
    def anonymous(before: Entry | None, change: Change, now: float) -> Entry:
        return dataclasses.replace(changed(before, change, now), by="somebody", reason="for some reason")

    replace(operations, "changed", anonymous)
