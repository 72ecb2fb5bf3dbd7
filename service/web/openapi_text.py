"""What the document of the API says in words, and how its operations are told apart by their paths."""

from service.web.adds import Role

DESCRIPTION = """\
The service embeds texts, keeps documents and searches them, while what it depends on fails. Its other operations
show how it bears that, and let operators act.

Every error is an `application/problem+json` (RFC 9457), told by its member `type`. A path that is none gets 404
`not_found`, a method that a path has not 405 `method_not_allowed`. Each answer carries the id of its request, which the
log has too. Members and kinds of problems may be added; clients ignore those they do not know.
"""

TAGS = {
    "workload": "The service that is protected.",
    "health": "Whether the instance lives, has started, and takes requests; and which it is.",
    "observability": "What the instance knows of itself and of the others.",
    "operators": "What operators do, each with a reason that is kept. Missing while no operator's token is set.",
    "agents": "Who is pushed the events that are published.",
}

SECURITY_SCHEMES = {
    Role.VIEWER: "The viewer's token, which may look. None is needed on loopback while no such token is set.",
    Role.OPERATOR: "The operator's token, which may look and act.",
    Role.INTERNAL: "The token of what pushes events.",
}

_PLACES = (
    ("/api/ops/", "operators"),
    ("/api/observability/", "observability"),
    ("/metrics", "observability"),
    ("/internal/", "agents"),
    ("/health", "health"),
    ("/identity", "health"),
    ("/openapi.json", "health"),
    ("/", "workload"),
)
"""The beginning of a path, and the tag of what lies there."""


def tag_of(path: str) -> str:
    """The tag of an operation."""
    return next(tag for beginning, tag in _PLACES if path.startswith(beginning))
