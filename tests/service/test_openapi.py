import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pytest
from httpx2 import ASGITransport, AsyncClient
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from service.app import create_app
from service.commands.openapi import EVERYTHING, whole_document
from service.settings.settings import Settings
from service.web.adds import Adds, Header, PathVariable
from service.web.caller_present import CallerPresent
from service.web.json_response import JsonResponse
from service.web.openapi import document
from service.web.operation import Operation
from service.web.problems import CONFLICT, EXCEPTION_HANDLERS, NOT_FOUND, Kind
from service.web.request_id import RequestId
from tests.service.conftest import Start

KEPT = Path(__file__).parents[2] / "docs/openapi.json"


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    return found


def operations(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_the_document_that_is_kept_is_fresh() -> None:
    assert KEPT.read_text(encoding="utf-8") == whole_document(), "`make openapi` writes it anew"


def test_every_route_is_in_the_document_but_the_dashboard_s_files(kept: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "index.html").touch()
    app = create_app(Settings.from_environment({**EVERYTHING, "DASHBOARD_FOLDER": str(tmp_path)}))
    routes = [route for route in app.routes if isinstance(route, Route)]
    assert [route.path for route in routes if not isinstance(route, Operation)] == ["/", "/assets/{name:path}"]
    assert {f"{route.method} {route.path}" for route in routes if isinstance(route, Operation)} == {
        at for at, _ in operations(kept)
    }


def test_the_document_is_one_of_openapi_3_1(kept: dict[str, Any]) -> None:
    assert kept["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(kept).validate()


def test_every_operation_has_a_name_of_its_own_a_tag_that_is_explained_and_a_sentence(kept: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(kept)]
    assert sorted(set(names)) == sorted(names)
    explained = {tag["name"] for tag in kept["tags"]}
    assert [at for at, operation in operations(kept) if not set(operation["tags"]) <= explained] == []
    assert [at for at, operation in operations(kept) if not operation["summary"][:1].isupper()] == []


def test_nobody_needs_a_token_to_learn_what_could_be_asked(kept: dict[str, Any]) -> None:
    asked = dict(operations(kept))
    assert "security" not in asked["GET /openapi.json"]
    assert asked["GET /metrics"]["security"] == [{"viewer": []}, {"operator": []}]
    assert asked["POST /internal/agents/indexer/deliver"]["security"] == [{"internal": []}]
    assert asked["POST /api/embeddings"]["security"] == [{}, {"operator": []}]


async def test_an_instance_serves_the_document_of_what_it_has(start: Start, kept: dict[str, Any]) -> None:
    async with start(VIEWER_TOKEN="viewer-token", OPERATOR_TOKEN="", FAULT_INJECTION="false") as client:
        answered = await client.get("/openapi.json")
        assert (answered.status_code, answered.headers["content-type"]) == (200, "application/json")
        assert "viewer-token" not in answered.text
        served = answered.json()
        assert (await client.get("/openapi.json")).content == answered.content
    OpenAPIV31SpecValidator(served).validate()
    assert set(served["paths"]) == {path for path in kept["paths"] if not path.startswith("/api/ops/")}
    assert "not_through_the_edge_403" not in served["components"]["schemas"]


class Order(msgspec.Struct, frozen=True):
    """What is wanted."""

    pieces: Annotated[int, msgspec.Meta(ge=1)]


class Placed(msgspec.Struct, frozen=True):
    """An order that was placed."""

    id: str
    pieces: int
    express: bool = False


class How(msgspec.Struct, frozen=True):
    """How it is wanted."""

    express: Annotated[bool, msgspec.Meta(description="Whether it is wanted at once.")] = False


class Unsaid:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


class Doubling(Unsaid):
    adds = Adds(problems=(CONFLICT,), gives=(Header(name="X-Doubled", meaning="Whether it was."),))


class Telling(Unsaid):
    def __init__(self, app: ASGIApp, *, kind: Kind) -> None:
        super().__init__(app)
        self.kind = kind

    @staticmethod
    def adds(*, kind: Kind) -> Adds:
        return Adds(problems=(kind,))


async def place(request: Request, body: Order, query: How) -> JsonResponse[Placed]:
    """Place an order.

    It may take a while.
    """
    return JsonResponse(Placed(request.path_params["id"], body.pieces, query.express), 201)


def shop(*middleware: Middleware) -> Starlette:
    orders = Operation(
        "PUT",
        "/api/orders/{id}",
        place,
        name="place_order",
        answers={201: "It is placed."},
        parts={"id": PathVariable(meaning="How the order is called.", example="first")},
        problems=(NOT_FOUND,),
        takes=[Header(name="X-Customer", meaning="Who orders.", always=True)],
        middleware=[*middleware, Middleware(CallerPresent)],
    )
    app = [Middleware(RequestId, instance="shop-1")]
    return Starlette(routes=[orders], middleware=app, exception_handlers=EXCEPTION_HANDLERS)


async def test_a_handler_is_handed_what_its_signature_names() -> None:
    transport = ASGITransport(app=shop())
    async with AsyncClient(transport=transport, base_url="http://shop") as client:
        placed = await client.put("/api/orders/a", params={"express": "true"}, json={"pieces": 2})
        none = await client.put("/api/orders/a", json={"pieces": 0})
        unclear = await client.put("/api/orders/a", params={"express": "soon"}, json={"pieces": 1})
    assert (placed.status_code, placed.json()) == (201, {"id": "a", "pieces": 2, "express": True})
    assert [none.status_code, unclear.status_code] == [422, 422]


def test_an_operation_is_described_by_its_handler_its_route_and_its_middleware() -> None:
    described = document(shop(Middleware(Doubling)))
    OpenAPIV31SpecValidator(described).validate()
    order = described["paths"]["/api/orders/{id}"]["put"]
    assert (order["operationId"], order["summary"], order["description"]) == (
        "place_order", "Place an order", "It may take a while.",
    )  # fmt: skip
    assert order["requestBody"]["content"] == {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}
    assert [parameter.get("name") for parameter in order["parameters"]] == ["id", "express", None, None]
    assert order["parameters"][1]["description"] == "Whether it is wanted at once."
    assert described["components"]["parameters"]["X-Customer"]["required"]
    assert described["components"]["schemas"]["Placed"]["required"] == ["id", "pieces", "express"]
    assert list(order["responses"]) == ["201", "400", "404", "409", "413", "415", "422", "431", "500", "503"]
    assert list(order["responses"]["409"]["headers"]) == ["X-Request-Id", "X-Instance-Id", "X-Doubled"]


def test_a_middleware_may_add_what_its_arguments_say() -> None:
    described = document(shop(Middleware(Telling, kind=CONFLICT)))
    assert "409" in described["paths"]["/api/orders/{id}"]["put"]["responses"]


def test_a_middleware_that_does_not_say_what_it_adds_is_no_operation_s() -> None:
    with pytest.raises(TypeError, match=r"Unsaid.* does not say what it adds"):
        shop(Middleware(Unsaid))


def test_an_operation_explains_each_variable_of_its_path() -> None:
    with pytest.raises(ValueError, match=r"parts of /api/orders/\{id\} are none; expected each of its variables"):
        Operation("PUT", "/api/orders/{id}", place, name="place_order")
