"""What an operator does to a rollout, which has a document of its own."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ops.changes.change import Outcome
from ops.changes.lever import ROLLOUTS
from ops.changes.wish import Wish, spoken_duration
from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.readings.rollouts import Rollout, rollouts
from ops.target.fields import Fields
from ops.target.names import unknown
from ops.target.target import Target

BACK: Mapping[str, str] = {
    "start": "rollback",
    "pause": "resume",
    "resume": "pause",
    "promote": "rollback",
    "rollback": "start",
}
"""What takes each back, as far as anything does: nobody goes back a single step, and a start begins anew."""

DANGER = "More callers will get the canary, without waiting for the evidence that it is as good as the stable side."


@dataclass(frozen=True, kw_only=True)
class RolloutStep:
    """A change of a rollout."""

    verb: str
    name: str
    step: float | None = None  # of a start: the share to begin with

    @property
    def subject(self) -> str:
        """As `Change` says."""
        return f"rollout {self.name}"

    @property
    def words(self) -> Sequence[str]:
        """As `Change` says."""
        step = () if self.step is None else ("--step", f"{self.step:g}")
        return ("rollout", self.verb, self.name, *step)

    @property
    def danger(self) -> str:
        """As `Change` says."""
        return DANGER if self.verb == "promote" else ""

    @property
    def typed(self) -> str:
        """As `Change` says."""
        return self.name

    @property
    def without_service(self) -> bool:
        """As `Change` says; with which steps one begins is in the settings of the service."""
        return self.verb != "start"

    def made(self, target: Target, wish: Wish, *, dry_run: bool) -> Outcome:
        """As `Change` says."""
        before = self._before(target)
        body: dict[str, Any] = {"reason": wish.reason, "dry_run": dry_run, "expected_version": wish.expected_revision}
        if self.step is not None:
            body["step"] = self.step
        path = f"/api/ops/rollouts/{self.name}/{'roll-back' if self.verb == 'rollback' else self.verb}"
        answer = target.change("POST", path, body)
        after = Rollout.of(answer.fields)
        return Outcome(
            before=described(before),
            after=described(after),
            changed=after.version != before.version,
            revision=before.version,
            document=f"rollout:{self.name}",
            version=after.version,
            back=("rollout", BACK[self.verb], self.name),
            told=answer.document,
        )

    def theirs(self, current: Fields) -> str:
        """As `Change` says."""
        return described(Rollout.of(current))

    def _before(self, target: Target) -> Rollout:
        told = rollouts(target.read(ROLLOUTS.path).fields)
        found = next((each for each in told if each.name == self.name), None)
        if found is None:
            sentence = unknown("rollout", self.name, [each.name for each in told])
            raise OperationError(sentence, Exit.NOT_FOUND)
        return found


def described(rollout: Rollout) -> str:
    """A rollout in a line."""
    if not rollout.status:
        return "never started"
    said = f"{rollout.status.replace('_', ' ')} at {rollout.planned_share * 100:g} %"
    ago = "" if rollout.at is None else f" {spoken_duration(time.time() - rollout.at)} ago"
    return f"{said} (version {rollout.version}), by {rollout.by}{ago}: {rollout.reason}"
