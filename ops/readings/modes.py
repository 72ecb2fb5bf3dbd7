"""What operators have set for every instance: modes, quarantined agents, flags."""

from collections.abc import Sequence
from dataclasses import dataclass

from ops.readings.entry import Entry
from ops.target.fields import Fields


@dataclass(frozen=True, kw_only=True)
class Mode:
    """An operating mode, or the quarantine of an agent."""

    name: str
    in_force: bool
    entry: Entry | None


@dataclass(frozen=True, kw_only=True)
class Modes:
    """All of them, and why they may not be up to date."""

    modes: Sequence[Mode]
    agents: Sequence[Mode]
    problem: str


@dataclass(frozen=True, kw_only=True)
class Flag:
    """A feature flag, and why it has the value that it has."""

    name: str
    default: bool
    value: bool | None  # None: it is another for each caller
    reason: str
    percentage: float | None
    brownout_capable: bool
    description: str
    entry: Entry | None


def modes(fields: Fields) -> Modes:
    """Those that an answer tells of."""
    return Modes(
        modes=[_mode(each, "in_force") for each in fields.each("modes")],
        agents=[_mode(each, "quarantined") for each in fields.each("agents")],
        problem=fields.text("problem"),
    )


def flags(fields: Fields) -> list[Flag]:
    """Those that an answer tells of."""
    return [
        Flag(
            name=each.text("name"),
            default=each.holds("default"),
            value=each.document.get("value") if isinstance(each.document.get("value"), bool) else None,
            reason=each.text("reason"),
            percentage=each.number("percentage"),
            brownout_capable=each.holds("brownout_capable"),
            description=each.text("description"),
            entry=Entry.of(each.inner("entry")),
        )
        for each in fields.each("flags")
    ]


def _mode(fields: Fields, held: str) -> Mode:
    return Mode(name=fields.text("name"), in_force=fields.holds(held), entry=Entry.of(fields.inner("entry")))
