"""A redrive: its steps are asked for by us, one after the other, and the service keeps to the rate."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ops.changes.lever import AGENTS, NOT_FOUND, described
from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.readings.entry import Entry
from ops.target.errors import RefusedError
from ops.target.fields import Fields
from ops.target.names import unknown
from ops.target.target import Target

STEP = 100
"""Messages that one step moves, at most."""

SHORTEST, LONGEST = 0.1, 1.0
"""Seconds between two steps."""

FRUITLESS = 45.0
"""Seconds of steps that might move some and move none, until it is given up. SQS hides for 15 what was looked at."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Which dead letters, and how fast."""

    agent: str
    topic: str | None
    ids: Sequence[str]
    rate: float  # messages a second
    maximum: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Moved:
    """How far it came."""

    id: str
    moved: int
    left: int
    done: bool
    stuck: bool = False  # it might have moved some, and moved none

    @property
    def all(self) -> int:
        """How many there were."""
        return self.moved + self.left


def looked_at(target: Target, terms: Terms) -> Moved:
    """What would be moved, which is not more than the maximum. Raises OperationError."""
    told = _moved(_step(target, terms, None, dry_run=True))
    moved = min(told.all, terms.maximum)
    return Moved(id="", moved=moved, left=told.all - moved, done=True)


def redriven(
    target: Target, terms: Terms, *, seen: Callable[[Moved], None], sleep: Callable[[float], None] = time.sleep
) -> Moved:
    """Move them, and tell of each step. Raises OperationError; what was moved by then has been told."""
    pause, fruitless = min(LONGEST, max(SHORTEST, STEP / terms.rate / 2)), 0
    now = _moved(_step(target, terms, None, dry_run=False))
    seen(now)
    while not now.done:
        fruitless = fruitless + 1 if now.stuck else 0
        if fruitless * pause >= FRUITLESS:
            stop(target, terms.agent, terms.reason)
            raise OperationError(_stuck(fruitless, now.left), Exit.PARTLY_APPLIED)
        sleep(pause)
        now = _moved(_step(target, terms, now.id, dry_run=False))
        seen(now)
    return now


def _stuck(steps: int, left: int) -> str:
    return (
        f"Nothing more moves: {steps} steps in a row might have moved messages and moved none, {left} left. The queue"
        " does not take them, or does not show those with these ids: see what is there with `ops dead-letters list`."
    )


def stop(target: Target, agent: str, reason: str) -> None:
    """End a redrive, whoever drives it. Raises OperationError."""
    target.change("PUT", f"/api/ops/agents/{agent}/redrive", {"on": False, "reason": reason})


def _step(target: Target, terms: Terms, redrive: str | None, *, dry_run: bool) -> Fields:
    body: Mapping[str, Any] = {
        "reason": terms.reason,
        "limit": STEP,
        "topic": terms.topic,
        "ids": list(terms.ids) or None,
        "rate": terms.rate,
        "maximum": terms.maximum,
        "redrive": redrive,
        "dry_run": dry_run,
    }
    try:
        return target.change("POST", f"/api/ops/agents/{terms.agent}/redrive", body).fields
    except RefusedError as error:
        raise _explained(target, terms.agent, error) from error


def _explained(target: Target, agent: str, error: RefusedError) -> OperationError:
    if error.status == NOT_FOUND:
        return OperationError(unknown("agent", agent, AGENTS.known(target)), error.exit_code)
    current = Entry.of(error.problem.inner("current"))
    if current is None:
        return error
    return OperationError(f"{error}\n  {described(current, time.time())}", Exit.REFUSED)


def _moved(told: Fields) -> Moved:
    return Moved(
        id=told.text("redrive"),
        moved=told.count("moved_in_all"),
        left=told.count("left"),
        done=told.holds("done"),
        stuck=not told.count("moved") and told.count("allowed") > 0,
    )
