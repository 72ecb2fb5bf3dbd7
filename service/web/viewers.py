"""Who may look at the figures of an instance that is reached from elsewhere."""

from collections.abc import Iterable, Sequence

from starlette.middleware import Middleware
from starlette.routing import Route

from service.web.bearer import Bearer
from service.web.operation import Operation

SHOWING = ("/api/observability/", "/metrics")


def only_for_viewers(routes: Iterable[Route], tokens: Sequence[str]) -> list[Route]:
    """The routes, of which those that show figures want one of the tokens; with no token at all they are left out."""
    viewer = Middleware(Bearer, tokens=tokens)
    guarded = []
    for route in routes:
        if not route.path.startswith(SHOWING):
            guarded.append(route)
        elif tokens:
            guarded.append(_behind(route, viewer))
    return guarded


def _behind(route: Route, viewer: Middleware) -> Route:
    if isinstance(route, Operation):
        return route.behind(viewer)
    return Route(route.path, route.endpoint, methods=sorted(route.methods or ()), middleware=[viewer])
