"""A dependency and a route of one's own behind Ballast, as two files become of it: docs/how-to/your-own-workload.md."""

# --- service/dependencies/rates.py: exchange rates, asked of another service over HTTP ------------------------------

from collections.abc import Sequence
from urllib.parse import quote

import msgspec
from httpx2 import AsyncClient, HTTPError
from starlette.middleware import Middleware
from starlette.requests import Request

from service.dependencies.attempt import Attempt
from service.dependencies.call import Call
from service.dependencies.errors import AttemptError, RefusedError
from service.web.adds import PathVariable
from service.web.caller_present import CallerPresent
from service.web.json_response import JsonResponse
from service.web.operation import Operation
from service.web.problems import NOT_FOUND, OF_CALLS, ProblemError
from service.web.request_id import request_id_in

UNKNOWN = 404


class _Answer(msgspec.Struct):
    rate: float


class RatesService:
    """Speaks HTTP. One call is one request: no retry and no timeout of its own, for these are the guard's."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def rate(self, currency: str, attempt: Attempt) -> float:
        """The rate of a currency.

        Raises:
            AttemptError: it failed, which counts against its breaker.
            RefusedError: it is well, and there is no such currency.
        """
        headers = {"X-Request-Id": attempt.request_id, "X-Attempt": str(attempt.number), "X-Permit": attempt.permit}
        return await self._asked(f"/rates/{quote(currency, safe='')}", headers)

    async def check(self) -> None:
        """Whether it answers; the health gate asks, past the guard. Raises AttemptError."""
        await self._asked("/rates/EUR", {})

    async def start(self) -> None:
        """Nothing is opened before the first call."""

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _asked(self, path: str, headers: dict[str, str]) -> float:
        try:
            answer = await self._client.get(path, headers=headers)
        except HTTPError as error:
            raise AttemptError(f"rates could not be reached: {type(error).__name__}") from error
        if answer.status_code == UNKNOWN:
            raise RefusedError("there is no such currency")
        if answer.is_error:
            raise AttemptError(f"rates answered {answer.status_code}")
        try:
            return msgspec.json.decode(answer.content, type=_Answer).rate
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise AttemptError("the answer of rates is malformed") from error


class Rates:
    """The rates, behind their guard. Raises CallError when there is no answer, RefusedError for a caller's mistake."""

    def __init__(self, service: RatesService, call: Call) -> None:
        self._service = service
        self._call = call

    async def rate(self, currency: str, request_id: str) -> float:
        """The rate of a currency."""

        async def attempt_it(attempt: Attempt) -> float:
            return await self._service.rate(currency, attempt)

        return (await self._call(attempt_it, request_id)).value


# --- service/workload/rates.py: `GET /api/rates/{currency}` ---------------------------------------------------------

CURRENCY = PathVariable(meaning="The code of a currency.", example="EUR")


class Rate(msgspec.Struct, frozen=True):
    """What a currency costs."""

    currency: str
    rate: float


def rates_routes(rates: Rates, admission: Sequence[Middleware]) -> list[Operation]:
    """The route of rates; `admission` is what a request passes before its handler."""

    async def show(request: Request) -> JsonResponse[Rate]:
        """Show the rate of a currency."""
        currency = request.path_params["currency"]
        try:
            rate = await rates.rate(currency, request_id_in(request.scope))
        except RefusedError as error:
            raise ProblemError(NOT_FOUND, str(error)) from error
        return JsonResponse(Rate(currency=currency, rate=rate))

    return [
        Operation(
            "GET",
            "/api/rates/{currency}",
            show,
            name="show_rate",
            parts={"currency": CURRENCY},
            problems=(*OF_CALLS, NOT_FOUND),
            middleware=[*admission, Middleware(CallerPresent)],
        )
    ]
