"""`?scope=instance|fleet`: what one instance shows of itself, or what all of them do."""

from enum import StrEnum
from typing import Annotated, Any, TypeVar

import msgspec

from service.fleet.instance_views import InstanceViews


class Whose(StrEnum):
    """Whose figures are wanted."""

    INSTANCE = "instance"
    FLEET = "fleet"


class ScopeQuery(msgspec.Struct, frozen=True):
    """Whose figures are wanted; those of this instance where nobody says."""

    scope: Annotated[Whose, msgspec.Meta(description="Of this instance, or of all.")] = Whose.INSTANCE


class ViewPart(StrEnum):
    """What an instance tells the others of itself."""

    CIRCUIT_BREAKERS = "circuit_breakers"
    HEALTH_GATES = "health_gates"
    WATCHDOGS = "watchdogs"
    EVENTS = "events"


class Other(msgspec.Struct, frozen=True, kw_only=True):
    """An instance that was there in the last ten minutes, and has not told of itself in the last thirty seconds."""

    instance: str
    boot_id: str
    heard_at: Annotated[float, msgspec.Meta(description="Unix seconds: when it last was there.")]


class OfAll(msgspec.Struct, frozen=True, kw_only=True):
    """What all instances told of themselves."""

    now: Annotated[float, msgspec.Meta(description="Unix seconds, by the clock of the instance that answers.")]
    problem: Annotated[str, msgspec.Meta(description="Why this is not the whole; empty when it is.")]
    others: list[Other]


class OfOne(msgspec.Struct, frozen=True, kw_only=True):
    """Whose figures these are."""

    instance: str
    boot_id: str


Heard = TypeVar("Heard")
"""What one instance told, with `heard_at`."""


async def of_everyone(views: InstanceViews, part: ViewPart, shape: type[Heard]) -> tuple[dict[str, Any], list[Heard]]:
    """The members of an `OfAll`, and what every instance told of a part, each in the shape of `Heard`.

    What is of no such shape is a problem too.
    """
    everyone = await views.everyone(part)
    heard, problems = [], [everyone.problem] if everyone.problem else []
    for told in everyone.told:
        of_whom = {"instance": told.instance, "boot_id": told.boot_id, "heard_at": told.heard_at}
        try:
            members = msgspec.json.decode(told.part, type=dict[str, Any])
            heard.append(msgspec.convert(members | of_whom, shape))
        except (msgspec.DecodeError, UnicodeDecodeError):
            problems.append(f"{told.instance} is of another version, and not understood.")
    others = [Other(instance=each.instance, boot_id=each.boot_id, heard_at=each.heard_at) for each in everyone.others]
    return {"now": everyone.now, "problem": " ".join(problems), "others": others}, heard
