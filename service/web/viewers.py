"""Who may look at the figures of an instance that is reached from elsewhere."""

from collections.abc import Iterable

from starlette.middleware import Middleware
from starlette.routing import Route

from service.web.access import Access
from service.web.operation import Operation

SHOWING = ("/api/observability/", "/metrics")


def only_for_viewers(routes: Iterable[Route], access: Access) -> list[Route]:
    """The routes, of which those that show figures want a token; where there is none at all they are left out."""
    guarded = []
    for route in routes:
        if not route.path.startswith(SHOWING):
            guarded.append(route)
        elif access.is_given:
            guarded.append(_behind(route, access.viewer))
    return guarded


def _behind(route: Route, viewer: Middleware) -> Route:
    if isinstance(route, Operation):
        return route.behind(viewer)
    return Route(route.path, route.endpoint, methods=sorted(route.methods or ()), middleware=[viewer])
