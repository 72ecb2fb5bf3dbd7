"""Who may look at the figures of an instance that is reached from elsewhere."""

from collections.abc import Iterable

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
            assert isinstance(route, Operation)  # noqa: S101 - as a test sees to
            guarded.append(route.behind(access.viewer))
    return guarded
