"""Redrives of dead letters, a step at a time: whoever wants one drives it, and anyone may stop it.

Nothing runs in between. The control entry says whose redrive it is and on which terms; the store says how many were
moved. So a step whose caller or instance dies loses nothing, and another instance can take the next one.
"""

import dataclasses
import secrets
import time
from collections.abc import Callable

import msgspec

from service.dependencies.event_queue import EventQueue
from service.fleet.operations import Operations
from service.reliability.control_entry import Change, Entry
from service.reliability.redrive import RedriveTerms, allowed_now, redrive_key
from service.store.errors import StoreError
from service.store.events import Choice, Redriven

LEASE = 60.0  # seconds without a step after which a redrive has ended


class RedriveConflictError(Exception):
    """The step is not taken as things stand; `current` is the entry that says so."""

    def __init__(self, message: str, current: Entry | None) -> None:
        super().__init__(message)
        self.current = current


class RedriveUnknownError(Exception):
    """The control store did not tell whose redrive it is; no message was moved."""


class QueueAwayError(Exception):
    """The queue did not say that it took the step."""


class RedriveStep(msgspec.Struct, frozen=True, kw_only=True):
    """What a step did, or would do as the first one; `redrive` is what the next step names, null after a dry run.

    `allowed` says how many it might have moved by its limit, the rate and the maximum.
    """

    redrive: str | None
    allowed: int
    moved: int
    moved_in_all: int
    left: int
    done: bool


class Redrives:
    """Takes the steps that operators ask for.

    Raises the errors above, and as `Operations.change` where the control entry could not be written.
    """

    def __init__(
        self, operations: Operations, queue: EventQueue, *, wall_clock: Callable[[], float] = time.time
    ) -> None:
        self._operations = operations
        self._queue = queue
        self._now = wall_clock

    async def would_move(self, agent: str, choice: Choice, *, limit: int, rate: float, maximum: int) -> RedriveStep:
        """What the first step would do."""
        terms = RedriveTerms(id="", rate=rate, maximum=maximum, began_at=self._now())
        found = await self._step(agent, choice, terms, limit=0)
        allowed = min(limit, maximum, allowed_now(rate, None, self._now())[0])
        moved = min(allowed, found.left)
        left = found.left - moved
        done = not left or moved >= maximum
        return RedriveStep(redrive=None, allowed=allowed, moved=moved, moved_in_all=moved, left=left, done=done)

    async def begin(
        self, agent: str, choice: Choice, *, by: str, reason: str, limit: int, rate: float, maximum: int
    ) -> RedriveStep:
        """Claim the agent's dead letters, and take the first step."""
        entry = await self._entry(agent)
        if entry is not None and entry.in_force(self._now()):
            detail = f"{entry.by} is redriving the dead letters of {agent}: {entry.reason}"
            raise RedriveConflictError(detail, entry)
        settings = {"redrive": secrets.token_hex(8), "rate": rate, "maximum": maximum, "began_at": self._now()}
        wish = Change(on=True, by=by, reason=reason, action="redrive begun", ttl=LEASE, settings=settings)
        entry = await self._change(agent, wish, entry)
        return await self._go_on(agent, choice, entry, limit=limit)

    async def go_on(self, agent: str, choice: Choice, redrive: str, *, limit: int) -> RedriveStep:
        """Take a further step, on the terms of the first."""
        entry = await self._entry(agent)
        if entry is None or entry.settings.get("redrive") != redrive:
            now = "there is none" if entry is None else f"{entry.by} has begun another since"
            raise RedriveConflictError(f"{redrive} is not the redrive of {agent}; {now}", entry)
        if not entry.on and "left" in entry.settings:  # whoever asks did not get the last answer
            moved, left = entry.settings["moved"], entry.settings["left"]
            return RedriveStep(redrive=redrive, allowed=0, moved=0, moved_in_all=moved, left=left, done=True)
        if not entry.on:
            raise RedriveConflictError(f"{entry.by} has stopped the redrive: {entry.reason}", entry)
        if not entry.in_force(self._now()):
            detail = f"the redrive has ended, since no step came for {LEASE:g} s; begin another"
            raise RedriveConflictError(detail, entry)
        if entry.until is not None and entry.until - self._now() < LEASE / 2:
            wish = Change(
                on=True, by=entry.by, reason=entry.reason, action="redrive goes on", ttl=LEASE, settings=entry.settings
            )
            entry = await self._change(agent, wish, entry)
        return await self._go_on(agent, choice, entry, limit=limit)

    async def _go_on(self, agent: str, choice: Choice, entry: Entry, *, limit: int) -> RedriveStep:
        said = entry.settings
        terms = RedriveTerms(id=said["redrive"], rate=said["rate"], maximum=said["maximum"], began_at=said["began_at"])
        step = await self._step(agent, choice, terms, limit=limit)
        done = not step.left or step.moved_in_all >= terms.maximum
        if done:
            reason = f"{step.moved_in_all} moved, {step.left} left; {entry.reason}"
            settings = {**said, "moved": step.moved_in_all, "left": step.left}
            end = Change(on=False, by=entry.by, reason=reason[:500], action="redrive done", settings=settings)
            await self._change(agent, end, entry)
        return RedriveStep(
            redrive=terms.id,
            allowed=step.allowed,
            moved=step.moved,
            moved_in_all=step.moved_in_all,
            left=step.left,
            done=done,
        )

    async def _step(self, agent: str, choice: Choice, terms: RedriveTerms, *, limit: int) -> Redriven:
        choice = dataclasses.replace(choice, died_by=terms.began_at)  # what it moved and died anew is not moved again
        try:
            return await self._queue.redrive(
                agent, choice, redrive=terms.id, limit=limit, up_to=terms.maximum, rate=terms.rate
            )
        except StoreError as error:
            raise QueueAwayError(str(error)) from error

    async def _entry(self, agent: str) -> Entry | None:
        """The entry as it is stored now: a copy may not know yet that somebody has stopped it."""
        try:
            await self._operations.load()
        except StoreError as error:
            raise RedriveUnknownError(str(error)) from error
        return self._operations.entry(redrive_key(agent))

    async def _change(self, agent: str, wish: Change, before: Entry | None) -> Entry:
        revision = 0 if before is None else before.revision
        return (await self._operations.change(redrive_key(agent), wish, expected_revision=revision)).after
