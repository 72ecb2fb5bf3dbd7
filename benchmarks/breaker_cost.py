"""What a breaker adds to a call that succeeds, to a call that it rejects, and to memory."""

import contextlib
import functools
import gc
import itertools
import tracemalloc
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from benchmarks.breaker_peers import Peer, peers
from benchmarks.guarded import Called, Decorated
from benchmarks.limit import Limit
from benchmarks.markdown import table
from benchmarks.rounds import Repeat, least_nanoseconds
from service.reliability.circuit_breaker import CircuitBreaker
from service.reliability.circuit_breaker_config import CircuitBreakerConfig

_NEVER = 3600.0  # seconds
_INSTANCES = 100
_CALLS_EACH = 200  # fills every window of 100 calls
_CALLS_TO_OPEN = 200
_CONSECUTIVE_LIMIT, _WINDOWED_LIMIT, _REJECTION_LIMIT, _BYTES_LIMIT = 1.5, 2.6, 1.1, 1800


class DependencyError(Exception):
    """What an ill dependency answers."""


async def _answer(_permit: object = None) -> int:
    return 1


async def _failure(_permit: object = None) -> int:
    raise DependencyError


async def _wrapped_answer() -> int:
    try:
        return await _answer()
    except Exception:  # noqa: TRY203 - this useless wrapper is the unit of measurement
        raise


async def _wrapped_failure() -> int:
    try:
        return await _failure()
    except Exception:  # noqa: TRY203 - as above
        raise


async def breaker_cost() -> tuple[str, list[Limit]]:
    """The table, and what we claim of our two rows, which are the first."""
    compared = peers()
    closed, rejected = await _closed_path(compared), await _rejections(compared)
    rows = [["trivial wrapper", "", "1.00", "1.00", ""]]
    for index, peer in enumerate(compared):
        rejection = f"{rejected[index]:.2f}" if index in rejected else ""
        occupied = f"{await _bytes_each(peer):.0f}" if index in rejected else ""
        rows.append([peer.name, peer.rules, f"{closed[index]:.2f}", rejection, occupied])
    full = await _bytes_with_every_bucket_in_use()
    headers = ["breaker", "opens on", "call ÷ wrapper", "rejection ÷ wrapper's raise", "bytes each"]
    text = f"{table(headers, rows)}\n\nBallast's with every bucket of its window in use: {full:.0f} bytes each."
    return text, [
        Limit(what="breaker, consecutive failures only, ÷ wrapper", value=closed[0], at_most=_CONSECUTIVE_LIMIT),
        Limit(what="breaker, window and slow calls, ÷ wrapper", value=closed[1], at_most=_WINDOWED_LIMIT),
        Limit(what="breaker, rejection ÷ raise", value=max(rejected[0], rejected[1]), at_most=_REJECTION_LIMIT),
        Limit(what="breaker, bytes with every bucket in use", value=full, at_most=_BYTES_LIMIT),
    ]


async def _closed_path(compared: list[Peer]) -> dict[int, float]:
    subjects = {index: peer.guard(peer.make(_NEVER), _answer).repeat for index, peer in enumerate(compared)}
    return await _times_the_wrapper(Decorated(_wrapped_answer).repeat, subjects)


async def _rejections(compared: list[Peer]) -> dict[int, float]:
    subjects: dict[int, Repeat] = {}
    for index, peer in enumerate(compared):
        if peer.rejection is None:
            continue
        guarded = peer.guard(peer.make(_NEVER), _failure)
        for _ in range(_CALLS_TO_OPEN):
            with contextlib.suppress(DependencyError, peer.rejection):
                await guarded.once()
        subjects[index] = functools.partial(guarded.repeat_rejected, rejection=peer.rejection)
    raising = functools.partial(Decorated(_wrapped_failure).repeat_rejected, rejection=DependencyError)
    return await _times_the_wrapper(raising, subjects)


async def _times_the_wrapper(wrapper: Repeat, subjects: Mapping[int, Repeat]) -> dict[int, float]:
    named = {str(index): repeat for index, repeat in subjects.items()}
    least = await least_nanoseconds({"wrapper": wrapper, **named})
    return {index: least[str(index)] / least["wrapper"] for index in subjects}


async def _bytes_each(peer: Peer) -> float:
    async def make_one() -> object:
        breaker = peer.make(_NEVER)
        guarded = peer.guard(breaker, _answer)
        await guarded.repeat(_CALLS_EACH)
        return breaker if isinstance(guarded, Called) else guarded

    return await _bytes_of(make_one)


async def _bytes_with_every_bucket_in_use() -> float:
    config = CircuitBreakerConfig(slow_call_duration=timedelta(seconds=1))

    async def make_one() -> object:
        breaker = CircuitBreaker("full", config, clock=itertools.count(0.0, 0.1).__next__)
        for _ in range(_CALLS_EACH):
            await breaker.call(_answer)
        return breaker

    return await _bytes_of(make_one)


async def _bytes_of(make_one: Callable[[], Awaitable[object]]) -> float:
    await make_one()  # whatever is made once for all
    gc.collect()
    tracemalloc.start()
    made = [await make_one() for _ in range(_INSTANCES)]
    gc.collect()
    occupied, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return occupied / len(made)
