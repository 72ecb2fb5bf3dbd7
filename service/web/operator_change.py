"""What every change of an operator has in common: its body, who asks, and the answer."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

import msgspec
from starlette.middleware import Middleware
from starlette.requests import Request

from service.fleet.operations import DOCUMENT, Changed, EntryConflictError, Operations
from service.fleet.schema import UnknownSchemaError
from service.reliability.control_entry import Change, Entry
from service.store.errors import StoreError
from service.web.adds import Header, PathVariable
from service.web.caller_present import CallerPresent
from service.web.json_response import JsonResponse
from service.web.operation import Handler, Operation
from service.web.problems import CONFLICT, CONTRADICTORY, CONTROL_STORE_AWAY, INVALID, Kind, ProblemError

OPERATOR = "operator"
LONGEST_TTL = 366 * 24 * 3600.0  # seconds

_NAME = "[!-~]([ -~]{0,62}[!-~])?"
_name = re.compile(_NAME).fullmatch

OPERATOR_NAME = Header(
    name="X-Operator",
    meaning="Who asks, for the audit; 1 to 64 printable characters. Without it, `operator`.",
    schema={"type": "string", "pattern": f"^{_NAME}$"},
)

OF_CHANGES = (CONFLICT, CONTRADICTORY, CONTROL_STORE_AWAY)
"""What a route answers whose handler has a change made."""


_VISIBLE = r"[^\s\u0000-\u001f\u0085\ufeff]"
"""Not whitespace; what only one of Python and JSON Schema takes for that is named."""

Reason: TypeAlias = Annotated[
    str, msgspec.Meta(min_length=1, max_length=500, pattern=_VISIBLE, description="Why; it stands in the audit.")
]


class Reasoned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why, and whether it is only to be seen what would change."""

    reason: Reason
    dry_run: Annotated[bool, msgspec.Meta(description="Only show what would change.")] = False


class Wish(Reasoned, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why, for how long, over which revision, and whether it is only to be seen what would change."""

    ttl: Annotated[
        Annotated[float, msgspec.Meta(gt=0, le=LONGEST_TTL)] | None,
        msgspec.Meta(description="Seconds until it ends by itself; null: when somebody takes it back."),
    ] = None
    expected_revision: Annotated[
        Annotated[int, msgspec.Meta(ge=0)] | None,
        msgspec.Meta(description="Refuse the change if the entry has another revision; 0: if there is one."),
    ] = None


@dataclass(frozen=True, kw_only=True)
class ChangeDocument:
    """What became of an entry, or would in a dry run; `changed` is false when it was so already."""

    key: Annotated[str, msgspec.Meta(description="Of the entry.")]
    dry_run: bool
    changed: Annotated[bool, msgspec.Meta(description="False: it was so already, and nothing is written.")]
    before: Entry | None
    after: Entry
    document: Annotated[str, msgspec.Meta(description="The control document that holds the entry.")]
    version: Annotated[int, msgspec.Meta(description="Of the document, after the change.")]


def change_operation(
    method: str,
    path: str,
    handler: Handler,
    operator: Middleware,
    *,
    name: str,
    summary: str = "",
    parts: Mapping[str, PathVariable] | None = None,
    problems: Sequence[Kind] = OF_CHANGES,
) -> Operation:
    """The route of a change, which is made only while the operator who asks for it is there, and told to the audit."""
    return Operation(
        method,
        path,
        handler,
        name=name,
        summary=summary,
        parts=parts,
        problems=problems,
        takes=[OPERATOR_NAME],
        middleware=[operator, Middleware(CallerPresent)],
    )


@contextmanager
def refusals_told(key: str) -> Iterator[None]:
    """Whatever keeps an entry from being changed, as the problem that it is to whoever asks. Raises ProblemError."""
    try:
        yield
    except EntryConflictError as error:
        raise ProblemError(CONFLICT, str(error), current=error.current) from error
    except UnknownSchemaError as error:
        raise ProblemError(CONFLICT, str(error)) from error
    except StoreError as error:
        raise ProblemError(CONTROL_STORE_AWAY, f"read {key} again before the next try") from error


def operator_in(request: Request) -> str:
    """Who asks, as `X-Operator` says; `operator` without it.

    Raises:
        ProblemError: the header has another form (422).
    """
    name = request.headers.get("x-operator", OPERATOR)
    if not _name(name):
        raise ProblemError(INVALID, "X-Operator has another form; expected 1 to 64 printable ASCII characters")
    return name


async def change_made(operations: Operations, key: str, change: Change, wish: Reasoned) -> Changed:
    """Have a change made as wished.

    Raises:
        ProblemError: it was not made: somebody was first (409, with the entry as it is), or the store is away (503).
    """
    expected = None
    if isinstance(wish, Wish):
        if wish.ttl is not None and not change.on:
            told = f"ttl is {wish.ttl:g}; expected null, since what is taken back has no end"
            raise ProblemError(CONTRADICTORY, told)
        expected = wish.expected_revision
    with refusals_told(key):
        return await operations.change(key, change, expected_revision=expected, dry_run=wish.dry_run)


def change_members(key: str, done: Changed, wish: Wish) -> dict[str, Any]:
    """The members of a `ChangeDocument`."""
    return {"key": key, "dry_run": wish.dry_run, "document": DOCUMENT, **vars(done)}


def change_answer(key: str, done: Changed, wish: Wish) -> JsonResponse[ChangeDocument]:
    """What became of it."""
    return JsonResponse(ChangeDocument(**change_members(key, done, wish)))
