"""A route that says what it takes and gives: requests are read by it, and the document of the API is made of it."""

import copy
import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import UnionType
from typing import Any, Self, TypeAlias, get_args

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.web.adds import Adds, Header, PathVariable
from service.web.json_response import JsonResponse
from service.web.problems import INVALID, MALFORMED, UNSUPPORTED_MEDIA_TYPE, Kind
from service.web.query import query
from service.web.request_body import read

Handler: TypeAlias = Callable[..., Awaitable[Response]]


class Operation(Route):
    """The route of one method and path, whose handler's signature says the most of it.

    `async def handler(request: Request, body: Body, query: Query) -> JsonResponse[Answer]` is handed the body and the
    query in the types that it names, once they were found to be of those; it has either parameter only where it needs
    it. Its docstring is the operation's summary, and from the second paragraph on the description.

    Args:
        method: of HTTP; GET answers HEAD too.
        path: as of a `Route`.
        handler: as above. One that gives another `Response` than of JSON names its `media_type`.
        name: what the operation is called in clients made from the document; it never changes.
        summary: for a handler that serves several operations.
        answers: each status of an answer that is no problem, with what it means.
        problems: what the handler itself may raise. What its middleware, body and query add is known.
        parts: each variable in the path.
        takes: headers of the request that the handler reads.
        gives: headers of the answers that are no problem.
        media_type: of the answers that are no problem.
        leads_to: the names of operations that go on from an answer, each with where its path's variables come from.
        middleware: each of a class that says what it `adds`: an `Adds`, or what makes one of the arguments.
    """

    def __init__(
        self,
        method: str,
        path: str,
        handler: Handler,
        *,
        name: str,
        summary: str = "",
        answers: Mapping[int, str] | None = None,
        problems: Sequence[Kind] = (),
        parts: Mapping[str, PathVariable] | None = None,
        takes: Sequence[Header] = (),
        gives: Sequence[Header] = (),
        media_type: str = JsonResponse.media_type,
        leads_to: Mapping[str, Mapping[str, str]] | None = None,
        middleware: Sequence[Middleware] = (),
    ) -> None:
        signature = inspect.signature(handler)
        first, _, rest = (inspect.getdoc(handler) or "").partition("\n\n")
        self.method = method
        self.summary, self.description = (summary or first).removesuffix("."), rest
        self.body, self.query = (_named(signature, part) for part in ("body", "query"))
        self.answer = _answered(signature)
        self.answers = answers or {200: _meaning(self.answer) or f"{self.summary}."}
        self.parts = parts or {}
        self.leads_to = leads_to or {}
        self.takes, self.gives, self.media_type = tuple(takes), tuple(gives), media_type
        self.adds = tuple(added_by(each) for each in middleware)
        self._problems = tuple(problems)
        super().__init__(path, _endpoint(handler, self.body, self.query), methods=[method], name=name)
        if set(self.parts) != set(self.param_convertors):
            raise ValueError(f"parts of {path} are {', '.join(self.parts) or 'none'}; expected each of its variables")
        self._put_behind(middleware)

    @property
    def problems(self) -> tuple[Kind, ...]:
        """What the handler may raise, and reading what it is handed."""
        of_query = (INVALID,) if self.query is not None else ()
        of_body = (MALFORMED, UNSUPPORTED_MEDIA_TYPE, INVALID) if self.body is not None else ()
        return (*self._problems, *of_query, *of_body)

    def behind(self, middleware: Middleware) -> Self:
        """The same operation with a middleware before all of its own."""
        guarded = copy.copy(self)
        guarded.adds = (added_by(middleware), *self.adds)
        guarded._put_behind([middleware])  # noqa: SLF001 - of its own class
        return guarded

    def _put_behind(self, middleware: Sequence[Middleware]) -> None:
        for cls, args, kwargs in reversed(middleware):
            self.app = cls(self.app, *args, **kwargs)


def _named(signature: inspect.Signature, part: str) -> type[Any] | None:
    parameter = signature.parameters.get(part)
    return None if parameter is None else parameter.annotation


def _answered(signature: inspect.Signature) -> tuple[Any, ...]:
    """The types of which a JSON answer may be; none: it is no JSON."""
    of = get_args(signature.return_annotation)
    if of and isinstance(of[0], UnionType):
        return get_args(of[0])
    return of


def _meaning(answer: tuple[Any, ...]) -> str:
    documented = [inspect.getdoc(shape) or "" for shape in answer if inspect.isclass(shape)]
    return " Or: ".join(text.partition("\n\n")[0].replace("\n", " ") for text in documented)


def _endpoint(handler: Handler, body: type[Any] | None, wanted: type[Any] | None) -> Handler:
    if body is None and wanted is None:
        return handler

    async def answer(request: Request) -> Response:
        handed = {}
        if wanted is not None:
            handed["query"] = query(request, wanted)
        if body is not None:
            handed["body"] = await read(request, body)
        return await handler(request, **handed)

    return answer


def added_by(middleware: Middleware) -> Adds:
    """What a middleware says that it adds. Raises TypeError when it does not say so."""
    added = getattr(middleware.cls, "adds", None)
    if callable(added):
        added = added(*middleware.args, **middleware.kwargs)
    if not isinstance(added, Adds):
        raise TypeError(f"{middleware.cls!r} does not say what it adds to a route; expected its attribute `adds`")
    return added
