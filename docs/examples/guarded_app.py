"""An application of one's own on Ballast's reliability core: docs/how-to/reliability-core-in-your-application.md."""

import asyncio
import logging
import math
import os
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from httpx2 import AsyncClient, HTTPError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from service.reliability.circuit_breaker import CircuitBreaker, CircuitOpenError, Outcome, Transition
from service.reliability.circuit_breaker_config import CircuitBreakerConfig
from service.reliability.deadline import Deadline
from service.reliability.health_gate import Checked, GateEvent, HealthGates, HealthGatesConfig
from service.reliability.retry import RetryPolicy
from service.reliability.retry_budget import RetryBudget

LOG = logging.getLogger("rates")
ATTEMPT, CALL = 2.0, 10.0  # seconds for one attempt, and for a call with its retries
NOT_FOUND = 404


class RatesError(Exception):
    """The dependency failed."""


class UnknownCurrencyError(Exception):
    """The dependency is well, and does not know what it was asked for: the caller's mistake."""


def outcome_of(error: Exception) -> Outcome:
    """A caller's mistake says that the dependency works."""
    return Outcome.SUCCESS if isinstance(error, UnknownCurrencyError) else Outcome.FAILURE


class Rates:
    """Asks another service for exchange rates: deadline( retry( breaker( attempt timeout( HTTP )))).

    Raises:
        RatesError: the last attempt failed, and no other was allowed.
        UnknownCurrencyError: there is no such currency.
        CircuitOpenError: the dependency is left alone for now.
    """

    def __init__(
        self,
        client: AsyncClient,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        config = CircuitBreakerConfig(consecutive_failures=5, open_duration=timedelta(seconds=10))
        self.breaker = CircuitBreaker("rates", config, clock=clock, on_transition=_tell, outcome_of=outcome_of)
        self._retry = RetryPolicy(max_retries=2)
        self._budget = RetryBudget(minimum=3, ratio=0.2)  # retries in flight: 3, or a fifth of the calls in flight
        self._rng = random.Random()  # noqa: S311 - jitter is no secret
        self._client, self._clock, self._sleep = client, clock, sleep

    async def rate(self, currency: str) -> float:
        """The rate of a currency."""
        deadline = Deadline(self._clock() + CALL)
        attempts = 0
        with self._budget.call() as call:
            while True:
                attempts += 1
                try:
                    return await self.breaker.call(lambda _: self._asked(currency, deadline))
                except RatesError:  # a rejection is never retried: whoever is left alone would not be
                    delay = self._retry.next_delay(attempts, deadline=deadline, now=self._clock(), rng=self._rng)
                    if delay is None or not call.may_retry():
                        raise
                await self._sleep(delay)

    async def check(self) -> Checked:
        """Whether it works, past the breaker."""
        began = self._clock()
        try:
            await self._asked("EUR", Deadline(began + ATTEMPT))
        except (RatesError, UnknownCurrencyError) as error:
            return Checked(error=str(error), seconds=self._clock() - began)
        return Checked(error="", seconds=self._clock() - began)

    async def _asked(self, currency: str, deadline: Deadline) -> float:
        try:
            async with asyncio.timeout(min(ATTEMPT, deadline.remaining(self._clock()))):
                answer = await self._client.get(f"/rates/{currency}")
        except TimeoutError as error:
            raise RatesError("no answer in time") from error
        except HTTPError as error:
            raise RatesError(f"out of reach: {type(error).__name__}") from error
        if answer.status_code == NOT_FOUND:
            raise UnknownCurrencyError(f"there is no currency {currency}")
        if answer.is_error:
            raise RatesError(f"it answered {answer.status_code}")
        try:
            return float(answer.json()["rate"])
        except (ValueError, TypeError, KeyError) as error:
            raise RatesError("its answer is no rate") from error


def create_app(
    client: AsyncClient,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Starlette:
    """The application; `client` reaches the service of rates."""
    rates = Rates(client, clock=clock, sleep=sleep)
    gates = HealthGates(HealthGatesConfig(passes=2), {"rates": True}, on_event=_tell_of_gate)

    async def show(request: Request) -> JSONResponse:
        currency = request.path_params["currency"]
        try:
            return JSONResponse({"currency": currency, "rate": await rates.rate(currency)})
        except UnknownCurrencyError as error:
            return JSONResponse({"problem": str(error)}, status_code=404)
        except RatesError as error:
            return JSONResponse({"problem": str(error)}, status_code=502)
        except CircuitOpenError as error:
            wait = {"Retry-After": str(math.ceil(error.retry_after))} if error.retry_after is not None else {}
            return JSONResponse({"problem": error.reason}, status_code=503, headers=wait)

    async def ready(_: Request) -> JSONResponse:
        if gates.due(clock()):  # whoever asks first runs the round; nothing has to fire in time
            gates.begin(clock())
            gates.end({"rates": await rates.check()}, clock())
        return JSONResponse({"ready": gates.ready}, status_code=200 if gates.ready else 503)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    return Starlette(routes=[Route("/rates/{currency}", show), Route("/ready", ready)], lifespan=lifespan)


def app() -> Starlette:
    """For `uvicorn --factory guarded_app:app`."""
    return create_app(AsyncClient(base_url=os.environ["RATES_URL"], trust_env=False))


def _tell(transition: Transition) -> None:
    LOG.warning("%s is %s: %s", transition.breaker, transition.to_state, transition.reason)


def _tell_of_gate(event: GateEvent) -> None:
    LOG.warning("gate %s %s", event.gate.name, event.change)
