"""What the service answers, and how each answer counts for its caller."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta, MsgspecError, Raw, Struct, json

from harness.record import Outcome


class Classified(NamedTuple):
    """How a request ended, why in the service's words, and the attempts that the service says it made."""

    outcome: Outcome
    reason: str = ""
    attempts: int | None = None


class Answer(Struct, frozen=True):
    """A successful answer, as far as its worth for the caller shows in it."""

    source: Literal["provider", "fallback"] = "provider"
    reason: str | None = None
    attempts: int | None = None


class Embedded(Answer, frozen=True, kw_only=True):
    """An answer that rests on an embedding: it must say whose, and after how many attempts."""

    source: Literal["provider", "fallback"]
    attempts: Annotated[int, Meta(ge=0)]


class Embedding(Embedded, frozen=True, kw_only=True):
    """The answer of `POST /api/embeddings`."""

    embedding: Annotated[list[float], Meta(min_length=1)]


class Found(Embedded, frozen=True, kw_only=True):
    """The answer of `GET /api/documents?near=…`."""

    documents: list[Raw]


class Document(Answer, frozen=True, kw_only=True):
    """The answer of `GET /api/documents/{id}`."""

    id: str
    text: str


class Accepted(Answer, frozen=True, kw_only=True):
    """The answer of what creates a document or publishes an event."""

    id: Annotated[str, Meta(min_length=1)]


class _Problem(Struct, frozen=True):
    type: str = ""
    attempts: int | None = None


def classify(status: int, headers: Mapping[str, str], body: bytes, expected: type[Answer]) -> Classified:
    """How an answer counts; `status` 0 stands for a connection that broke. A timeout is its client's to know."""
    if status == 0:
        return Classified(Outcome.FAILED, "no_answer")
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return _success(body, expected)
    try:
        problem = json.decode(body, type=_Problem)
    except (MsgspecError, UnicodeDecodeError):
        problem = _Problem()
    reason = problem.type or f"status_{status}"
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return Classified(Outcome.REFUSED, reason, problem.attempts)
    unavailable = status == HTTPStatus.SERVICE_UNAVAILABLE
    shed = unavailable and any(name.lower() == "retry-after" for name in headers)
    return Classified(Outcome.SHED if shed else Outcome.FAILED, reason, problem.attempts)


def _success(body: bytes, expected: type[Answer]) -> Classified:
    try:
        answer = json.decode(body, type=expected)
    except (MsgspecError, UnicodeDecodeError):
        # Its status says success, but the caller has nothing in hand.
        return Classified(Outcome.FAILED, "unreadable_answer")
    outcome = Outcome.FALLBACK if answer.source == "fallback" else Outcome.SERVED
    return Classified(outcome, answer.reason or "", answer.attempts)
