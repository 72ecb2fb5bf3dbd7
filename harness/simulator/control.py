"""The control API: set and clear faults, read the attempts. No fault closes its port."""

import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.simulator.attempt_log import AttemptLog
from harness.simulator.fault import InvalidFaultError, fault_from
from harness.simulator.fault_board import FaultBoard
from harness.simulator.leased_fault import LeasedFault

_LARGEST_BODY = 64 * 1024
_MOST_ROWS = 10_000


@dataclasses.dataclass(frozen=True, kw_only=True)
class Control:
    """What the control API acts on. `faults_changed` is awaited before a change is confirmed."""

    faults: FaultBoard
    attempts: AttemptLog
    clock: Callable[[], float]
    faults_changed: Callable[[], Awaitable[None]]

    async def put_fault(self, request: Request) -> Response:
        """Set the fault of a model."""
        model = self._model(request)
        try:
            document = msgspec.json.decode(await request.body())
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise HTTPException(400, f"the body is not JSON: {error}") from error
        try:
            lease = self.faults.put(model, fault_from(document), now=self.clock())
        except InvalidFaultError as error:
            return problem(422, error.problems)
        await self.faults_changed()
        return _json(_shown(model, lease))

    async def delete_fault(self, request: Request) -> Response:
        """Clear the fault of a model; clearing none is no mistake."""
        model = self._model(request)
        cleared = self.faults.clear(model, now=self.clock())
        await self.faults_changed()
        return _json({"model": model, "cleared": cleared, "at": self.clock()})

    async def get_faults(self, _: Request) -> Response:
        """The faults whose lease runs."""
        now = self.clock()
        leases = self.faults.leases(now=now)
        return _json({"now": now, "faults": [_shown(model, lease) for model, lease in leases.items()]})

    async def delete_faults(self, _: Request) -> Response:
        """Clear every fault."""
        models = [model for model in self.faults.names if self.faults.clear(model, now=self.clock())]
        await self.faults_changed()
        return _json({"cleared": models, "at": self.clock()})

    async def get_attempts(self, request: Request) -> Response:
        """A page of the attempts whose fate is final."""
        problems: list[str] = []
        after = _whole(request.query_params, "after", 0, (0, 2**53), problems)
        limit = _whole(request.query_params, "limit", _MOST_ROWS, (1, _MOST_ROWS), problems)
        if problems:
            return problem(422, problems)
        return _json(self.attempts.page(after=after, limit=limit))

    async def get_identity(self, _: Request) -> Response:
        """Who this is and what its clock says."""
        return _json({"service": "ballast-simulator", "now": self.clock()})

    def _model(self, request: Request) -> str:
        model: str = request.path_params["model"]
        if model not in self.faults.names:
            raise HTTPException(404, f"{model:.100} is no model; expected one of {', '.join(self.faults.names)}")
        return model


def control_app(control: Control) -> Starlette:
    """The application behind the control port."""
    return Starlette(
        routes=[
            Route("/identity", control.get_identity),
            Route("/attempts", control.get_attempts),
            Route("/faults", control.get_faults),
            Route("/faults", control.delete_faults, methods=["DELETE"]),
            Route("/faults/{model}", control.put_fault, methods=["PUT"], max_body_size=_LARGEST_BODY),
            Route("/faults/{model}", control.delete_fault, methods=["DELETE"]),
        ],
        exception_handlers={HTTPException: _refused},
    )


def _shown(model: str, lease: LeasedFault) -> dict[str, object]:
    return {"model": model, "fault": dataclasses.asdict(lease.fault), "since": lease.since, "until": lease.until}


def _json(document: object) -> Response:
    return Response(msgspec.json.encode(document), media_type="application/json")


def problem(status: int, problems: list[str]) -> Response:
    """An answer that says what is wrong with a call."""
    document = {"type": "invalid_request", "title": HTTPStatus(status).phrase, "status": status}
    body = msgspec.json.encode(document | {"detail": "; ".join(problems), "problems": problems})
    return Response(body, status, media_type="application/problem+json")


async def _refused(_: Request, error: Exception) -> Response:
    return problem(error.status_code, [error.detail]) if isinstance(error, HTTPException) else problem(500, [])


def _whole(query: Mapping[str, str], name: str, default: int, bounds: tuple[int, int], problems: list[str]) -> int:
    lowest, highest = bounds
    text = query.get(name, str(default))
    if text.isdecimal() and len(text) <= len(str(highest)) and lowest <= int(text) <= highest:
        return int(text)
    problems.append(f"{name} is {text!r:.40}; expected a whole number from {lowest} to {highest}")
    return default
