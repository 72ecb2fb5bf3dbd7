"""Environment variables that are numbers, ratios or durations."""

import math
from datetime import timedelta
from itertools import pairwise

from service.settings.variable import Variable

SHORTEST = 0.001  # seconds


def integer(name: str, default: str, meaning: str, *, unit: str = "", at_least: int, at_most: int) -> Variable:
    """A whole number between two bounds, both allowed."""

    def parse(value: str) -> int:
        number = int(_plain(value))
        if not at_least <= number <= at_most:
            raise ValueError
        return number

    expected = f"a whole number from {at_least} to {at_most}"
    return Variable(
        name, default, meaning, parse, expected=expected, kind="integer", unit=unit, limits=f"{at_least} to {at_most}"
    )


def ratio(name: str, default: str, meaning: str) -> Variable:
    """A number above 0 and up to 1."""

    def parse(value: str) -> float:
        number = float(_plain(value))
        if not 0 < number <= 1:
            raise ValueError
        return number

    limits = "(0, 1]"
    return Variable(
        name, default, meaning, parse, expected=f"a ratio in {limits}", kind="number", unit="ratio", limits=limits
    )


def ratios(name: str, default: str, meaning: str) -> Variable:
    """Ratios in ascending order, the last of them 1."""

    def parse(value: str) -> tuple[float, ...]:
        numbers = tuple(float(_plain(part)) for part in value.split(","))
        if not all(low < high for low, high in pairwise((0.0, *numbers))) or numbers[-1] != 1:
            raise ValueError
        return numbers

    expected = "ratios above 0 in ascending order, separated by commas, the last one 1"
    return Variable(name, default, meaning, parse, expected=expected, kind="numbers", unit="ratio")


def seconds(name: str, default: str, meaning: str, *, at_most: float = 3600) -> Variable:
    """A duration of a millisecond or more: what is shorter is a slip, and rounds to nothing."""

    def parse(value: str) -> timedelta:
        number = float(_plain(value))
        if not (math.isfinite(number) and SHORTEST <= number <= at_most):
            raise ValueError
        return timedelta(seconds=number)

    limits = f"{SHORTEST:g} to {at_most:g}"
    return Variable(
        name, default, meaning, parse, expected=f"seconds, from {limits}", kind="number", unit="seconds", limits=limits
    )


def _plain(value: str) -> str:
    if "_" in value or value != value.strip():  # which Python takes for a part of a number, and people for a mistake
        raise ValueError
    return value
