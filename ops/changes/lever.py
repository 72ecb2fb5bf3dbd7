"""Modes, quarantines, flags and breakers: what is kept as an entry of the control document."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ops.changes.change import Outcome
from ops.changes.wish import Wish, body, duration, spoken_duration
from ops.readings.entry import Entry
from ops.target.errors import RefusedError
from ops.target.fields import Fields
from ops.target.names import unknown
from ops.target.target import Target

NOT_FOUND = 404


@dataclass(frozen=True, kw_only=True)
class Names:
    """Where the names of a kind are told, for the answer about one that does not exist."""

    kind: str
    path: str
    member: str

    def known(self, target: Target) -> list[str]:
        """All there are. Raises OperationError."""
        return [each.text("name") for each in target.read(self.path).fields.each(self.member)]


AGENTS = Names(kind="agent", path="/api/observability/modes", member="agents")
FLAGS = Names(kind="flag", path="/api/observability/flags", member="flags")
BREAKERS = Names(kind="circuit breaker", path="/api/observability/circuit-breakers", member="circuit_breakers")
ROLLOUTS = Names(kind="rollout", path="/api/observability/rollouts", member="rollouts")


@dataclass(frozen=True, kw_only=True)
class Lever:
    """A change of one entry."""

    subject: str
    method: str
    path: str
    own: Mapping[str, Any] = field(default_factory=dict)  # members of the body
    words: Sequence[str]
    off: Sequence[str] | None  # the words that end it; None: nothing was there to end
    again: Sequence[str] | None  # the words that set what was there before; None: that cannot be brought back
    names: Names | None = None
    name: str = ""
    danger: str = ""
    typed: str = ""
    without_service: bool = True

    def made(self, target: Target, wish: Wish, *, dry_run: bool) -> Outcome:
        """As `Change` says."""
        try:
            answer = target.change(self.method, self.path, body(wish, dry_run=dry_run, **self.own))
        except RefusedError as error:
            if self.names is None or error.status != NOT_FOUND:
                raise
            sentence = unknown(self.names.kind, self.name, self.names.known(target))
            raise RefusedError(sentence, error.exit_code, status=error.status, problem=error.problem) from error
        said, now = answer.fields, time.time()
        before = Entry.of(said.inner("before"))
        return Outcome(
            before=described(before, now),
            after=described(Entry.of(said.inner("after")), now),
            changed=said.holds("changed"),
            revision=0 if before is None else before.revision,
            document=said.text("document"),
            version=said.count("version"),
            back=self._back(before, now),
            told=answer.document,
        )

    def theirs(self, current: Fields) -> str:
        """As `Change` says."""
        return described(Entry.of(current), time.time())

    def _back(self, before: Entry | None, now: float) -> Sequence[str] | None:
        if before is None or not before.in_force(now):
            return self.off
        if self.again is None:
            return None
        ttl = () if before.until is None else ("--ttl", duration(before.until - now))
        return (*self.again, *_given(before.settings), *ttl)


def _given(settings: Mapping[str, Any]) -> Sequence[str]:
    """A flag's override as the options that set it."""
    value, percentage = settings.get("value"), settings.get("percentage")
    if isinstance(value, bool):
        return ("--on" if value else "--off",)
    return ("--percentage", f"{percentage:g}") if isinstance(percentage, int | float) else ()


def described(entry: Entry | None, now: float) -> str:
    """An entry in a line."""
    if entry is None:
        return "never set"
    if not entry.in_force(now):
        ended = "its time is over" if entry.on else f"by {entry.by}, {_ago(entry, now)}: {entry.reason}"
        return f"off ({ended})"
    until = "" if entry.until is None else f", for {spoken_duration(entry.until - now)}"
    return f"{_what(entry.settings)}{until}, by {entry.by}, {_ago(entry, now)}: {entry.reason}"


def _ago(entry: Entry, now: float) -> str:
    seconds = now - entry.since
    return "now" if seconds < 1 else f"{spoken_duration(seconds)} ago"


def _what(settings: Mapping[str, Any]) -> str:
    """That it is on; of a flag's override, what it makes of the flag."""
    value, percentage = settings.get("value"), settings.get("percentage")
    if isinstance(value, bool):
        return f"{'on' if value else 'off'} for everyone"
    return f"on for {percentage:g} % of the callers" if isinstance(percentage, int | float) else "on"
