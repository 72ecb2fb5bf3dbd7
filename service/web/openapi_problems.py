"""How the document of the API describes problems: a schema for each kind, and the answers with those of one status."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from service.web.problems import MEDIA_TYPE, UNAUTHORIZED, Kind

Json: TypeAlias = dict[str, Any]

_MAY_SAY_WHEN = frozenset({429, 502, 503, 504})  # statuses

PROBLEM_HEADERS: Mapping[str, Json] = {
    "Retry-After": {
        "description": "Seconds after which a try makes sense, where that is known.",
        "schema": {"type": "integer", "minimum": 1},
    },
    "WWW-Authenticate": {
        "description": "How to authenticate.",
        "required": True,
        "schema": {"type": "string", "const": "Bearer"},
    },
}


def by_status(kinds: Iterable[Kind]) -> dict[str, list[Kind]]:
    """The kinds that share a status, which share an answer."""
    found: dict[str, list[Kind]] = defaultdict(list)
    for kind in sorted(set(kinds), key=lambda kind: (kind.status, kind.slug)):
        found[str(kind.status)].append(kind)
    return found


def problem_schema(kind: Kind) -> Json:
    """A `Problem` whose `type` and `status` are known."""
    return {
        "description": f"{kind.title}.",
        "allOf": [
            {"$ref": "#/components/schemas/Problem"},
            {"properties": {"type": {"const": kind.slug}, "status": {"const": kind.status}}},
        ],
    }


def problem_answer(kinds: Sequence[Kind], headers: Iterable[str]) -> Json:
    """An answer with one of the kinds of a status; it carries these headers and those of its problems."""
    names = list(headers)
    if kinds[0].status in _MAY_SAY_WHEN:
        names.append("Retry-After")
    if UNAUTHORIZED in kinds:
        names.append("WWW-Authenticate")
    schemas = [{"$ref": f"#/components/schemas/{schema_name(kind)}"} for kind in kinds]
    return {
        "description": " ".join(f"`{kind.slug}`: {kind.title}." for kind in kinds),
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {MEDIA_TYPE: {"schema": schemas[0] if len(schemas) == 1 else {"oneOf": schemas}}},
    }


def schema_name(kind: Kind) -> str:
    """How the schema of a kind is called."""
    return f"{kind.slug}_{kind.status}"
