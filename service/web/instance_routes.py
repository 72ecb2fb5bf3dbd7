"""`GET /api/ops/instances`: who there is, and who works by what."""

import time
from collections.abc import Sequence

import msgspec
from starlette.middleware import Middleware
from starlette.requests import Request

from service.fleet.control_copy import ControlCopy
from service.fleet.instances import HeardOf, Instances, newest
from service.store.errors import StoreError
from service.web.json_response import JsonResponse
from service.web.operation import Operation
from service.web.problems import CONTROL_STORE_AWAY, COUNT_BOARD_AWAY, ProblemError


class InstancesDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The control documents with their newest versions, and the instances that were heard of in the last ten minutes.

    One that has fallen silent may be asleep: it reads the documents anew before it serves again.
    """

    now: float  # Unix seconds
    documents: dict[str, int]
    instances: list[HeardOf]


def instance_routes(
    instances: Instances,
    copy: ControlCopy,
    documents: Sequence[str],
    viewer: Middleware,
) -> list[Operation]:
    """For operators and viewers, whom the middleware `viewer` lets pass."""

    async def show(_: Request) -> JsonResponse[InstancesDocument]:
        """List the instances, each with the versions of the control documents by which it works."""
        try:
            versions = await newest(copy, documents)
        except StoreError as error:
            raise ProblemError(CONTROL_STORE_AWAY, "the versions of the documents cannot be read now") from error
        try:
            heard_of = await instances.heard_of()
        except (StoreError, TimeoutError) as error:
            raise ProblemError(COUNT_BOARD_AWAY, "what the instances told cannot be read now") from error
        return JsonResponse(InstancesDocument(now=time.time(), documents=dict(versions), instances=heard_of))

    problems = (CONTROL_STORE_AWAY, COUNT_BOARD_AWAY)
    return [Operation("GET", "/api/ops/instances", show, name="list_instances", problems=problems, middleware=[viewer])]
