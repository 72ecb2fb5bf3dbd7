"""The OpenAPI document of the API, made of the operations themselves, and `GET /openapi.json`."""

from collections.abc import Iterable, Sequence
from importlib.metadata import version
from typing import Any, TypeAlias

from starlette.applications import Starlette
from starlette.requests import Request

from service.web.adds import Adds, Header
from service.web.json_response import JsonResponse
from service.web.openapi_problems import (
    PROBLEM_HEADERS,
    by_status,
    problem_answer,
    problem_schema,
    schema_name,
)
from service.web.openapi_schemas import Schemas
from service.web.openapi_text import DESCRIPTION, SECURITY_SCHEMES, TAGS, tag_of
from service.web.operation import Operation, added_by
from service.web.problems import HEAD_TOO_LARGE, INTERNAL, MALFORMED, Kind

Json: TypeAlias = dict[str, Any]

EVERYWHERE = Adds(problems=(MALFORMED, HEAD_TOO_LARGE, INTERNAL))
"""Of a caller's connection and of the application itself."""


def openapi_routes() -> list[Operation]:
    """The route of the document. It needs no token: it says what can be asked, and nothing of what is."""
    made: list[Json] = []

    async def show(request: Request) -> JsonResponse[Json]:
        """Show this document.

        It describes this very instance: what is off is missing, the operators' operations where no token is set.
        """
        if not made:
            made.append(document(request.app))
        return JsonResponse(made[0])

    return [Operation("GET", "/openapi.json", show, name="show_openapi")]


def document(app: Starlette) -> Json:
    """The document of those routes of the application that are operations."""
    operations = [route for route in app.routes if isinstance(route, Operation)]
    outermost = [EVERYWHERE, *(added_by(each) for each in app.user_middleware)]
    return _Document(operations, outermost).whole()


class _Document:
    """Collects what several operations share while they are described."""

    def __init__(self, operations: Sequence[Operation], outermost: Sequence[Adds]) -> None:
        self._operations = operations
        self._outermost = outermost
        self._everywhere = [header.name for each in outermost for header in each.gives]
        self._schemas = Schemas(operations)
        self._parameters: dict[str, Json] = {}
        self._answers: dict[str, Json] = {}
        self._headers: dict[str, Json] = dict(PROBLEM_HEADERS)
        self._kinds: set[Kind] = set()

    def whole(self) -> Json:
        paths: dict[str, Json] = {}
        for operation in self._operations:
            paths.setdefault(operation.path_format, {})[operation.method.lower()] = self._described(operation)
        problems = {schema_name(kind): problem_schema(kind) for kind in self._kinds}
        return {
            "openapi": "3.1.1",
            "info": {
                "title": "Ballast",
                "version": version("ballast"),
                "description": DESCRIPTION,
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": "/", "description": "Where this document is found."}],
            "tags": [{"name": tag, "description": meaning} for tag, meaning in TAGS.items()],
            "paths": paths,
            "components": {
                "schemas": _sorted(self._schemas.components | problems),
                "responses": _sorted(self._answers),
                "parameters": _sorted(self._parameters),
                "headers": _sorted(self._headers),
                "securitySchemes": {
                    name: {"type": "http", "scheme": "bearer", "description": meaning}
                    for name, meaning in SECURITY_SCHEMES.items()
                },
            },
        }

    def _described(self, operation: Operation) -> Json:
        adds = [each for each in (*self._outermost, *operation.adds) if each.covers(operation.path)]
        described: Json = {
            "operationId": operation.name,
            "summary": operation.summary,
            "description": operation.description,
            "tags": [tag_of(operation.path)],
            "parameters": [
                *_parts(operation),
                *self._schemas.parameters(operation.query),
                *self._taken([header for each in adds for header in each.takes] + list(operation.takes)),
            ],
            "requestBody": self._body(operation),
            "responses": self._answered(operation, adds),
            "security": _security(adds),
        }
        return {key: value for key, value in described.items() if value}

    def _body(self, operation: Operation) -> Json:
        if operation.body is None:
            return {}
        content = {"schema": self._schemas.of([operation.body])}
        return {"required": True, "content": {JsonResponse.media_type: content}}

    def _taken(self, headers: Iterable[Header]) -> list[Json]:
        for header in headers:
            self._parameters[header.name] = {
                "name": header.name,
                "in": "header",
                "required": header.always,
                "description": header.meaning,
                "schema": header.schema,
            }
        return [{"$ref": f"#/components/parameters/{header.name}"} for header in headers]

    def _given(self, headers: Iterable[Header]) -> list[str]:
        for header in headers:
            described = {"description": header.meaning, "required": header.always, "schema": header.schema}
            self._headers[header.name] = described
        return [header.name for header in headers]

    def _answered(self, operation: Operation, adds: Sequence[Adds]) -> Json:
        added = self._given([header for each in adds for header in each.gives])
        names = added + self._given(operation.gives)
        schema = self._schemas.of(operation.answer) if operation.answer else {"type": "string"}
        answers: dict[str, Json] = {
            str(status): {
                "description": meaning,
                "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
                "content": {operation.media_type: {"schema": schema}},
                **_links(operation),
            }
            for status, meaning in operation.answers.items()
        }
        kinds = by_status([*operation.problems, *(kind for each in adds for kind in each.problems)])
        for status, problems in kinds.items():
            self._kinds.update(problems)
            problem = problem_answer(problems, added)
            if status in answers:
                answers[status] = _either(answers[status], problem)
            elif len(problems) > 1 or added != self._everywhere:
                answers[status] = problem
            else:
                name = schema_name(problems[0])
                self._answers[name] = problem
                answers[status] = {"$ref": f"#/components/responses/{name}"}
        return _sorted(answers)


def _parts(operation: Operation) -> list[Json]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": part.meaning,
            "schema": {"type": "string"},
            "example": part.example,
        }
        for name, part in operation.parts.items()
    ]


def _links(operation: Operation) -> Json:
    links = {name: {"operationId": name, "parameters": parts} for name, parts in operation.leads_to.items()}
    return {"links": links} if links else {}


def _either(answer: Json, problem: Json) -> Json:
    """Of a status that an answer and a problem share."""
    return {
        "description": f"{answer['description']} Or a problem: {problem['description']}",
        "headers": answer["headers"] | problem["headers"],
        "content": answer["content"] | problem["content"],
    }


def _security(adds: Sequence[Adds]) -> list[Json]:
    if needed := [bearer for each in adds for bearer in each.needs]:
        return [{bearer: []} for bearer in needed]
    sometimes: list[Json] = [{bearer: []} for each in adds for bearer in each.may_need]
    return [{}, *sometimes] if sometimes else []


def _sorted(named: Json) -> Json:
    return dict(sorted(named.items()))
