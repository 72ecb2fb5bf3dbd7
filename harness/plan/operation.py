"""What an operator does to the target when a phase begins."""

import dataclasses
from enum import StrEnum
from typing import TypeAlias


class RolloutVerb(StrEnum):
    """What can be done to a rollout, by the name of its route."""

    START = "start"
    PAUSE = "pause"
    ROLL_BACK = "roll-back"


@dataclasses.dataclass(frozen=True, kw_only=True)
class RolloutOperation:
    """Start a rollout, pause it, or roll it back."""

    rollout: str
    verb: RolloutVerb
    step: float | None = None  # of a start: the share of the callers to begin with


@dataclasses.dataclass(frozen=True, kw_only=True)
class Restart:
    """Stop an instance and start it anew. A target that others started is left as it is."""

    instance: int  # 1 is the first one


@dataclasses.dataclass(frozen=True, kw_only=True)
class Pull:
    """Pull a lever as an operator does: by a command of `ops`, against the first instance."""

    command: tuple[str, ...]  # what stands after `ops`; the reason, by which the audit tells it, is the runner's


Operation: TypeAlias = RolloutOperation | Restart | Pull
