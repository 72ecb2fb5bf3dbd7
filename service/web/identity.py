"""Which service, which instance, which boot of it."""

import secrets
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Annotated

import msgspec
from starlette.requests import Request

from service.web.json_response import JsonResponse
from service.web.operation import Operation


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What an instance says of itself."""

    environment: str
    load_tests_allowed: bool
    instance: str
    reliability: bool
    boot_id: str = field(default_factory=lambda: secrets.token_hex(8))


class IdentityDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of `/identity`."""

    service: str = "ballast"
    version: str
    environment: str
    load_tests_allowed: Annotated[bool, msgspec.Meta(description="Whether load tests may run against it.")]
    instance: str
    boot_id: Annotated[str, msgspec.Meta(description="Changes with each start of the instance.")]
    reliability: Annotated[bool, msgspec.Meta(description="Whether the reliability system is on.")]
    now: Annotated[float, msgspec.Meta(description="The clock of the instance, in Unix seconds.")]


def identity_routes(identity: Identity) -> list[Operation]:
    """`GET /identity`."""
    installed = version("ballast")

    async def show(_: Request) -> JsonResponse[IdentityDocument]:
        """Show which service this is, which instance and which boot of it."""
        return JsonResponse(
            IdentityDocument(
                version=installed,
                environment=identity.environment,
                load_tests_allowed=identity.load_tests_allowed,
                instance=identity.instance,
                boot_id=identity.boot_id,
                reliability=identity.reliability,
                now=time.time(),
            )
        )

    return [Operation("GET", "/identity", show, name="show_identity")]
