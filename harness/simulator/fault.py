"""A fault as the control API takes it: what the provider does wrong, to how many, for how long."""

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from harness.plan.scenario import FAULT_LEASE_LIMIT, FaultMode, FaultPer


class InvalidFaultError(ValueError):
    """A fault that cannot be; `problems` names each wrong field, its value and what was expected."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclasses.dataclass(frozen=True, kw_only=True)
class Fault:
    """What fails, checked on construction. Durations are in seconds, shares are ratios."""

    mode: FaultMode
    seconds: float  # the lease: the fault ends by itself
    share: float = 1.0
    per: FaultPer = FaultPer.ATTEMPT
    status: int = 500
    retry_after: float | None = None
    latency: float = 0.0
    period: float | None = None
    seed: int = 1

    def __post_init__(self) -> None:
        if problems := _problems(dataclasses.asdict(self)):
            raise InvalidFaultError(problems)


def fault_from(document: object) -> Fault:
    """The fault that a JSON document describes.

    Raises:
        InvalidFaultError: with every problem of the document.
    """
    if not isinstance(document, dict):
        raise InvalidFaultError([f"the body is {document!r:.40}; expected an object"])
    fields = {field.name: field for field in dataclasses.fields(Fault)}
    problems = [
        f"{name} is no field of a fault; expected {', '.join(fields)}" for name in document if name not in fields
    ]
    problems += [
        f"{name} is missing"
        for name, field in fields.items()
        if field.default is dataclasses.MISSING and name not in document
    ]
    problems += _problems(document)
    if problems:
        raise InvalidFaultError(problems)
    return Fault(**(document | {"mode": FaultMode(document["mode"]), "per": FaultPer(document.get("per", "attempt"))}))


class _Field(NamedTuple):
    holds: Callable[[Any], bool]
    expected: str


def _choice(*names: str) -> _Field:
    return _Field(lambda value: value in names, f"one of {', '.join(names)}")


def _whole(lowest: float, highest: float, expected: str) -> _Field:
    return _Field(
        lambda value: isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest, expected
    )


def _number(interval: str, lowest: float, highest: float) -> _Field:
    """A number in an interval written as in mathematics: a round bracket leaves its end out."""

    def holds(value: object) -> bool:
        if not isinstance(value, int | float) or isinstance(value, bool):
            return False
        return lowest < value <= highest or (value == lowest and interval.startswith("["))

    return _Field(holds, f"a number in {interval}")


def _optional(field: _Field) -> _Field:
    return _Field(lambda value: value is None or field.holds(value), f"null or {field.expected}")


_FIELDS = {
    "mode": _choice(*FaultMode),
    "seconds": _number(f"(0, {FAULT_LEASE_LIMIT:g}]", 0, FAULT_LEASE_LIMIT),
    "share": _number("(0, 1]", 0, 1),
    "per": _choice(*FaultPer),
    "status": _whole(400, 599, "a status from 400 to 599"),
    "retry_after": _optional(_number(f"[0, {FAULT_LEASE_LIMIT:g}]", 0, FAULT_LEASE_LIMIT)),
    "latency": _number(f"[0, {FAULT_LEASE_LIMIT:g}]", 0, FAULT_LEASE_LIMIT),
    "period": _optional(_number(f"[0.01, {FAULT_LEASE_LIMIT:g}]", 0.01, FAULT_LEASE_LIMIT)),
    "seed": _whole(-math.inf, math.inf, "a whole number"),
}


def _problems(values: Mapping[str, Any]) -> list[str]:
    wrong = [name for name, field in _FIELDS.items() if name in values and not field.holds(values[name])]
    problems = [f"{name} is {values[name]!r:.40}; expected {_FIELDS[name].expected}" for name in wrong]
    if "mode" in values and "mode" not in wrong:
        problems += [problem for name, problem in _clashes(values) if name not in wrong]
    return problems


def _clashes(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Fields that are right alone and wrong for this mode."""
    mode, latency, retry_after = values.get("mode"), values.get("latency", 0.0), values.get("retry_after")
    if mode == FaultMode.SLOW and not latency:
        yield "latency", "latency is 0; expected more, since mode is slow"
    if mode != FaultMode.SLOW and latency:
        yield "latency", f"latency is {latency!r}; expected 0 unless mode is slow"
    if mode != FaultMode.ERROR and retry_after is not None:
        yield "retry_after", f"retry_after is {retry_after!r}; expected null unless mode is error"
    if mode == FaultMode.REFUSE and values.get("share", 1.0) != 1:
        yield "share", f"share is {values['share']!r}; expected 1, since a closed port refuses everyone"
