"""All rows of a run stand on one clock."""

import itertools
from collections.abc import Callable

import pytest

from harness.targets.clock import RunClock, clock_offset


def ticking(*instants: float) -> Callable[[], float]:
    return itertools.chain(instants, itertools.repeat(instants[-1])).__next__


def test_a_step_of_the_wall_clock_moves_nothing() -> None:
    clock = RunClock(wall=ticking(1_000.0, 5.0), monotonic=ticking(10.0, 11.0, 12.0))
    assert (clock(), clock()) == (1_001.0, 1_002.0)


def test_the_offset_comes_from_the_quickest_reading() -> None:
    ours = ticking(0.0, 1.0, 10.0, 10.1)  # a slow reading, then a quick one
    theirs = ticking(107.0, 110.05)
    assert clock_offset(theirs, clock=ours, samples=2) == pytest.approx(-100.0)


def test_an_offset_that_the_way_explains_is_none() -> None:
    assert clock_offset(ticking(0.09), clock=ticking(0.0, 0.1), samples=1) == 0.0
