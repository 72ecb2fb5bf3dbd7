"""Circuit breakers, ours and others', behind one shape; each in its quickest documented form.

The peers are imported by name at run time: they live in the environment of the benchmarks alone.
"""

import importlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from typing import Any

from benchmarks.guarded import Called, Decorated, Guarded, Operation
from service.reliability.circuit_breaker import CircuitBreaker, CircuitOpenError
from service.reliability.circuit_breaker_config import CircuitBreakerConfig

FAILURES_TO_OPEN = 5
_NAMES = itertools.count()


@dataclass(frozen=True, kw_only=True)
class Peer:
    """A breaker of one library with one kind of rule."""

    name: str
    rules: str
    make: Callable[[float], Any]  # a breaker that stays open for so many seconds
    guard: Callable[[Any, Operation], Guarded]
    rejection: type[Exception] | None  # None: a retry library, which rejects nothing


def peers() -> list[Peer]:
    """Ours first, then the others from the least to the most that they count."""
    return [*_ours(), *_consecutive_peers(), *_windowed_peers(), *_retry_peers()]


def _call_ours(breaker: CircuitBreaker, operation: Operation) -> Guarded:
    return Called(breaker.call, operation)


def _ours() -> list[Peer]:
    def consecutive(open_seconds: float) -> CircuitBreaker:
        config = CircuitBreakerConfig(
            failure_rate_threshold=None,
            consecutive_failures=FAILURES_TO_OPEN,
            open_duration=timedelta(seconds=open_seconds),
        )
        return CircuitBreaker(f"peer-{next(_NAMES)}", config)

    def windowed(open_seconds: float) -> CircuitBreaker:
        config = CircuitBreakerConfig(
            slow_call_duration=timedelta(seconds=1), open_duration=timedelta(seconds=open_seconds)
        )
        return CircuitBreaker(f"peer-{next(_NAMES)}", config)

    return [
        Peer(
            name="**Ballast**",
            rules="consecutive failures",
            make=consecutive,
            guard=_call_ours,
            rejection=CircuitOpenError,
        ),
        Peer(
            name="**Ballast**",
            rules="consecutive + rate over 30 s + slow calls",
            make=windowed,
            guard=_call_ours,
            rejection=CircuitOpenError,
        ),
    ]


def _consecutive_peers() -> list[Peer]:
    circuitbreaker = importlib.import_module("circuitbreaker")
    aiocircuitbreaker = importlib.import_module("aiocircuitbreaker")
    hyx = importlib.import_module("hyx.circuitbreaker")
    hyx_errors = importlib.import_module("hyx.circuitbreaker.exceptions")
    aiobreaker = importlib.import_module("aiobreaker")
    pyresilience = importlib.import_module("pyresilience")

    def decorate(breaker: Any, operation: Operation) -> Guarded:
        return Decorated(breaker(operation))

    return [
        Peer(
            name=_named("circuitbreaker"),
            rules="failures since a success",
            make=lambda seconds: circuitbreaker.CircuitBreaker(FAILURES_TO_OPEN, seconds, name=f"p{next(_NAMES)}"),
            guard=decorate,
            rejection=circuitbreaker.CircuitBreakerError,
        ),
        Peer(
            name=_named("aiocircuitbreaker"),
            rules="failures since a success",
            make=lambda seconds: aiocircuitbreaker.CircuitBreaker(FAILURES_TO_OPEN, seconds, name=f"p{next(_NAMES)}"),
            guard=decorate,
            rejection=aiocircuitbreaker.CircuitBreakerError,
        ),
        Peer(
            name=_named("hyx"),
            rules="consecutive failures",
            make=lambda seconds: hyx.consecutive_breaker(
                failure_threshold=FAILURES_TO_OPEN, recovery_time_secs=seconds, recovery_threshold=2
            ),
            guard=decorate,
            rejection=hyx_errors.BreakerFailing,
        ),
        Peer(
            name=_named("aiobreaker"),
            rules="consecutive failures",
            make=lambda seconds: aiobreaker.CircuitBreaker(FAILURES_TO_OPEN, timedelta(seconds=seconds)),
            guard=lambda breaker, operation: Called(breaker.call_async, operation),
            rejection=aiobreaker.CircuitBreakerError,
        ),
        _purgatory(),
        Peer(
            name=_named("pyresilience"),
            rules="consecutive failures",
            make=lambda seconds: pyresilience.resilient(
                circuit_breaker=pyresilience.CircuitBreakerConfig(
                    failure_threshold=FAILURES_TO_OPEN, recovery_timeout=seconds
                )
            ),
            guard=decorate,
            rejection=pyresilience.CircuitOpenError,
        ),
    ]


def _purgatory() -> Peer:
    factory = importlib.import_module("purgatory").AsyncCircuitBreakerFactory()
    return Peer(
        name=_named("purgatory"),
        rules="consecutive failures",
        make=lambda seconds: factory(f"p{next(_NAMES)}", FAILURES_TO_OPEN, seconds),
        guard=lambda decorator, operation: Decorated(decorator(operation)),
        rejection=importlib.import_module("purgatory.domain.model").OpenedState,
    )


def _windowed_peers() -> list[Peer]:
    pyresilience = importlib.import_module("pyresilience")
    interlock = importlib.import_module("interlock")
    fluxgate = importlib.import_module("fluxgate")
    windows = importlib.import_module("fluxgate.windows")
    trippers = importlib.import_module("fluxgate.trippers")
    retries = importlib.import_module("fluxgate.retries")

    def flux(window: Callable[[], Any]) -> Callable[[float], Any]:
        return lambda seconds: fluxgate.AsyncCircuitBreaker(
            window=window(),
            tripper=trippers.MinRequests(10) & (trippers.FailureRate(0.5) | trippers.SlowRate(0.8, threshold=1.0)),
            retry=retries.Cooldown(seconds),
        )

    def lock(**window: Any) -> Callable[[float], Any]:
        return lambda seconds: interlock.CircuitBreaker(
            name=f"p{next(_NAMES)}",
            config=interlock.Config(
                slow_call_duration_threshold=1.0,
                slow_call_rate_threshold=0.8,
                wait_duration_in_open=seconds,
                permitted_calls_in_half_open=2,
                **window,
            ),
        )

    def call_async(breaker: Any, operation: Operation) -> Guarded:
        return Called(breaker.call_async, operation)

    def call(breaker: Any, operation: Operation) -> Guarded:
        return Called(breaker.call, operation)

    by_time, by_count = interlock.WindowType.TIME_BASED, interlock.WindowType.COUNT_BASED
    of_interlock, rejected_by_interlock = _named("interlock-cb"), interlock.CircuitOpenError
    of_fluxgate = _named("fluxgate")
    rejected_by_fluxgate = importlib.import_module("fluxgate.errors").CallNotPermittedError
    return [
        Peer(
            name=_named("pyresilience"),
            rules="rate over 100 calls + slow calls",
            make=lambda seconds: pyresilience.resilient(
                circuit_breaker=pyresilience.CircuitBreakerConfig(
                    sliding_window_size=100,
                    minimum_calls=10,
                    slow_call_duration=1.0,
                    slow_call_rate_threshold=0.8,
                    recovery_timeout=seconds,
                )
            ),
            guard=lambda breaker, operation: Decorated(breaker(operation)),
            rejection=pyresilience.CircuitOpenError,
        ),
        Peer(
            name=of_interlock,
            rules="rate over 100 calls + slow calls",
            make=lock(window_type=by_count, window_size=100),
            guard=call_async,
            rejection=rejected_by_interlock,
        ),
        Peer(
            name=of_interlock,
            rules="rate over 30 s + slow calls",
            make=lock(window_type=by_time, window_size=30),
            guard=call_async,
            rejection=rejected_by_interlock,
        ),
        Peer(
            name=of_fluxgate,
            rules="rate over 100 calls + slow calls",
            make=flux(lambda: windows.CountWindow(100)),
            guard=call,
            rejection=rejected_by_fluxgate,
        ),
        Peer(
            name=of_fluxgate,
            rules="rate over 30 s + slow calls",
            make=flux(lambda: windows.TimeWindow(30)),
            guard=call,
            rejection=rejected_by_fluxgate,
        ),
    ]


def _retry_peers() -> list[Peer]:
    stamina = importlib.import_module("stamina")
    tenacity = importlib.import_module("tenacity")
    return [
        Peer(
            name=_named("stamina"),
            rules="retry only",
            make=lambda _: stamina.retry(on=Exception, attempts=3),
            guard=lambda retry, operation: Decorated(retry(operation)),
            rejection=None,
        ),
        Peer(
            name=_named("tenacity"),
            rules="retry only",
            make=lambda _: tenacity.retry(stop=tenacity.stop_after_attempt(3)),
            guard=lambda retry, operation: Decorated(retry(operation)),
            rejection=None,
        ),
    ]


def sync_only() -> dict[str, Callable[[Operation], Operation]]:
    """Libraries made for plain functions, by name, as decorators: what do they make of an `async def`?"""
    pybreaker = importlib.import_module("pybreaker")
    pycircuitbreaker = importlib.import_module("pycircuitbreaker")
    return {
        _named("pybreaker"): pybreaker.CircuitBreaker(fail_max=FAILURES_TO_OPEN),
        _named("pycircuitbreaker"): lambda operation: pycircuitbreaker.circuit(
            operation, error_threshold=FAILURES_TO_OPEN
        ),
    }


def _named(distribution: str) -> str:
    return f"{distribution} {version(distribution)}"
