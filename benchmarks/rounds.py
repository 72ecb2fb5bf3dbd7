"""Times several things side by side, so that whatever else the machine does falls on all of them alike."""

import gc
import time
from collections.abc import Awaitable, Callable, Mapping

Repeat = Callable[[int], Awaitable[None]]
"""Does the thing so many times."""

_SECTION_SECONDS = 0.008  # short enough to fall between two disturbances, long enough for the clock
_ROUNDS = 40


async def least_nanoseconds(subjects: Mapping[str, Repeat], *, rounds: int = _ROUNDS) -> dict[str, float]:
    """The least time that each subject took for one repetition, in nanoseconds, the empty loop taken off.

    Every round measures every subject once, in turn. The minimum is what the code costs; all above it is the machine.
    """
    counts = {name: await _count_for(repeat) for name, repeat in subjects.items()}
    least = dict.fromkeys(subjects, float("inf"))
    loop = float("inf")
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            loop = min(loop, await _seconds(_nothing, _LOOP_COUNT) / _LOOP_COUNT)
            for name, repeat in subjects.items():
                least[name] = min(least[name], await _seconds(repeat, counts[name]) / counts[name])
            gc.collect()
    finally:
        gc.enable()
    return {name: (seconds - loop) * 1e9 for name, seconds in least.items()}


_LOOP_COUNT = 100_000


async def _nothing(times: int) -> None:
    for _ in range(times):
        pass


async def _seconds(repeat: Repeat, times: int) -> float:
    started = time.perf_counter()
    await repeat(times)
    return time.perf_counter() - started


async def _count_for(repeat: Repeat) -> int:
    probe = 200
    await repeat(probe)  # warm up: the interpreter specialises what runs often
    return max(20, int(_SECTION_SECONDS / (await _seconds(repeat, probe) / probe)))
