"""The provider as its callers see it: `POST /v1/embeddings` and `GET /v1/models`."""

import dataclasses
from collections.abc import Callable, Iterator
from itertools import count

import msgspec
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from harness.plan.scenario import FAULT_LEASE_LIMIT, FaultMode
from harness.simulator.answer import Answer, answer
from harness.simulator.attempt_log import Attempt, AttemptLog, Result
from harness.simulator.connection import caller_leaves_within, reset, transport_of
from harness.simulator.embedding_request import MODELS, model_named
from harness.simulator.fault_board import EVERY_MODEL, FaultBoard
from harness.simulator.latency import Latency
from harness.simulator.openai_errors import ProviderError, unrouted

_LARGEST_BODY = 8 * 1024 * 1024
_LONGEST_NAME = 128
_PLAYED_SINCE = 1_705_953_180  # when OpenAI says that it created text-embedding-3-small
_JSON = "application/json"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Embeddings:
    """The ASGI endpoint of `POST /v1/embeddings`."""

    faults: FaultBoard
    attempts: AttemptLog
    latency: Latency
    seed: int
    clock: Callable[[], float]
    unnamed: Iterator[int] = dataclasses.field(default_factory=count)  # tells callers without a request id apart

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one attempt, or do to it what its fault says, and record it."""
        arrived_at = self.clock()
        request = Request(scope, receive)
        try:
            body = await request.body()
        except ClientDisconnect:
            return  # it never asked
        attempt = _arrived(request.headers, model_named(body), arrived_at)
        names = (attempt.request_id or f"unnamed {next(self.unnamed)}", attempt.attempt)
        fault = self.faults.met_by(attempt.model, now=arrived_at, request_id=names[0], attempt=names[1])
        if fault is not None:
            attempt = msgspec.structs.replace(attempt, fault=fault.mode)
        prepared = answer(request.headers, body, fault=fault, seed=self.seed)
        attempt = msgspec.structs.replace(attempt, result=prepared.result)
        seconds = self.latency.of(*names) + (fault.latency if fault is not None else 0.0)
        if prepared.result is Result.HANG:
            self.attempts.append(attempt)
            seconds = FAULT_LEASE_LIMIT
        if await caller_leaves_within(seconds, receive):
            self._abandoned(attempt)
            return
        await self._end(attempt, prepared, scope, receive, send)

    def _abandoned(self, attempt: Attempt) -> None:
        if attempt.result is Result.HANG:
            return  # its row was final when it arrived
        refusal = self.faults.refusal()
        if refusal is not None and refusal.on(now := self.clock()):
            attempt = msgspec.structs.replace(attempt, result=Result.RESET, fault=FaultMode.REFUSE.value, ended_at=now)
        self.attempts.append(attempt)

    async def _end(self, attempt: Attempt, prepared: Answer, scope: Scope, receive: Receive, send: Send) -> None:
        # The row comes first: whoever has seen the answer finds it in the log.
        if attempt.result is not Result.HANG:
            self.attempts.append(msgspec.structs.replace(attempt, ended_at=self.clock()))
        if prepared.status:
            response = Response(prepared.body, prepared.status, dict(prepared.headers), _JSON)
            await response(scope, receive, send)
            return
        reset(transport_of(scope))
        await caller_leaves_within(1.0, receive)


def _arrived(headers: Headers, model: str, now: float) -> Attempt:
    number = headers.get("x-attempt", "")
    return Attempt(
        request_id=headers.get("x-request-id", "")[:_LONGEST_NAME],
        attempt=int(number) if number.isdecimal() and len(number) < 4 else 1,  # noqa: PLR2004 — nobody tries 1,000 times
        instance=headers.get("x-instance-id", "")[:_LONGEST_NAME],
        permit=headers.get("x-permit", "")[:_LONGEST_NAME],
        model=model[:_LONGEST_NAME],
        arrived_at=now,
        ended_at=None,
        result=Result.OK,
        fault="",
    )


def _model(name: str) -> dict[str, object]:
    return {"id": name, "object": "model", "created": _PLAYED_SINCE, "owned_by": "ballast-simulator"}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Models:
    """The endpoint of `GET /v1/models`, which fails when every model does; that is no attempt, and in no log."""

    faults: FaultBoard
    clock: Callable[[], float]
    asked: Iterator[int] = dataclasses.field(default_factory=count)

    async def __call__(self, _: Request) -> Response:
        """The list, or the error that a fault prescribes."""
        name = f"models {next(self.asked)}"
        fault = self.faults.met_by(EVERY_MODEL, now=self.clock(), request_id=name, attempt=1)
        if fault is not None and fault.mode is FaultMode.ERROR:
            error = ProviderError(fault.status, "The server had an error")
            return Response(error.body, error.status, media_type=_JSON)
        listed = {"object": "list", "data": [_model(name) for name in MODELS]}
        return Response(msgspec.json.encode(listed), media_type=_JSON)


async def _one_model(request: Request) -> Response:
    name = request.path_params["name"]
    if name in MODELS:
        return Response(msgspec.json.encode(_model(name)), media_type=_JSON)
    error = ProviderError(404, f"The model '{name:.100}' does not exist", param="model", code="model_not_found")
    return Response(error.body, error.status, media_type=_JSON)


def provider_app(embeddings: Embeddings) -> Starlette:
    """The application behind the provider's port."""
    models = Models(faults=embeddings.faults, clock=embeddings.clock)
    return Starlette(
        routes=[
            Route("/v1/embeddings", embeddings, methods=["POST"], max_body_size=_LARGEST_BODY),
            Route("/v1/models", models.__call__),
            Route("/v1/models/{name}", _one_model),
        ],
        exception_handlers={HTTPException: unrouted},
    )
