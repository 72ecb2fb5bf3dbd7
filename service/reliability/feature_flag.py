"""Feature flags: how one is declared, and what it comes to for a caller."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from service.reliability.operating_mode import Mode
from service.reliability.traffic_split import place


class FlagReason(StrEnum):
    """Why a flag has its value: OpenFeature's reasons, and the modes."""

    DEFAULT = "DEFAULT"
    STATIC = "STATIC"  # set in the environment
    TARGETING_MATCH = "TARGETING_MATCH"  # turned on by an operator
    DISABLED = "DISABLED"  # turned off by an operator
    SPLIT = "SPLIT"  # on for a share of the callers
    STALE = "STALE"  # as it was last known: what operators set cannot be read
    SAFE_MODE = "safe_mode"
    BROWNOUT = "brownout"


class FlagVariant(StrEnum):
    """What the caller of a feature gets."""

    ON = "on"
    OFF = "off"
    FALLBACK = "fallback"  # off, since a mode has it take its fallback


@dataclass(frozen=True, kw_only=True)
class Flag:
    """A feature that can be turned off. `variable` sets it where operators do not."""

    name: str
    default: bool
    description: str
    owner: str
    variable: str
    brownout_capable: bool
    fallback: str  # what is done instead


@dataclass(frozen=True, kw_only=True)
class Override:
    """What an operator has set: a value for everyone, or the share of the callers that have it on."""

    value: bool | None = None
    percentage: float | None = None  # 0 to 100; counts where there is no value


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What a flag comes to, and why."""

    value: bool
    variant: FlagVariant
    reason: FlagReason


def flag_key(flag: str) -> str:
    """Under which a flag's override is kept."""
    return f"flag/{flag}"


def evaluate(
    flag: Flag,
    *,
    override: Override | None,
    modes: Collection[Mode],
    environment: bool | None,
    caller: str,
    stale: bool,
) -> Evaluation:
    """What a flag comes to for a caller: by the modes, else an operator, else the environment, else its default.

    `stale`: the override is as it was last known.
    """
    for mode, reason in _BY_MODE.items():
        if mode in modes and flag.brownout_capable:
            return Evaluation(value=False, variant=FlagVariant.FALLBACK, reason=reason)
    found = _by_operator(flag, override, caller) or _by_declaration(flag, environment)
    return replace(found, reason=FlagReason.STALE) if stale else found


_BY_MODE = {Mode.SAFE_MODE: FlagReason.SAFE_MODE, Mode.BROWNOUT: FlagReason.BROWNOUT}


def _by_operator(flag: Flag, override: Override | None, caller: str) -> Evaluation | None:
    if override is None:
        return None
    if override.value is not None:
        return _evaluation(override.value, FlagReason.TARGETING_MATCH if override.value else FlagReason.DISABLED)
    if override.percentage is not None:
        return _evaluation(place(f"flag:{flag.name}", caller) < override.percentage / 100, FlagReason.SPLIT)
    return None


def _by_declaration(flag: Flag, environment: bool | None) -> Evaluation:  # noqa: FBT001 - a value, not a switch
    if environment is None:
        return _evaluation(flag.default, FlagReason.DEFAULT)
    return _evaluation(environment, FlagReason.STATIC)


def _evaluation(value: bool, reason: FlagReason) -> Evaluation:  # noqa: FBT001 - as above
    return Evaluation(value=value, variant=FlagVariant.ON if value else FlagVariant.OFF, reason=reason)
