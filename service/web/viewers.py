"""Who may look at the figures of an instance that is reached from elsewhere."""

from collections.abc import Iterable

from starlette.routing import Route

from service.web.access import Access

SHOWING = ("/api/observability/", "/metrics")


def only_for_viewers(routes: Iterable[Route], access: Access) -> list[Route]:
    """The routes, of which those that show figures want a token; where there is none at all they are left out."""
    guarded = []
    for route in routes:
        if not route.path.startswith(SHOWING):
            guarded.append(route)
        elif access.is_given:
            methods = sorted(route.methods or ())
            guarded.append(Route(route.path, route.endpoint, methods=methods, middleware=[access.viewer]))
    return guarded
