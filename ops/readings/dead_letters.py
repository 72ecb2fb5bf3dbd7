"""Messages that were given up, and what a redrive makes of them."""

from dataclasses import dataclass
from typing import Any

from ops.target.fields import Fields
from ops.target.target import Target

PAGE = 100
"""That one answer holds, at most."""


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """One. Instants are Unix seconds."""

    id: str
    agent: str
    topic: str
    document_id: str
    died_at: float | None
    attempts: int
    reason: str

    @classmethod
    def of(cls, fields: Fields) -> "DeadLetter":
        """The one that an answer tells of."""
        return cls(
            id=fields.text("id"),
            agent=fields.text("agent"),
            topic=fields.text("topic"),
            document_id=fields.text("document_id"),
            died_at=fields.number("died_at"),
            attempts=fields.count("attempts"),
            reason=fields.text("reason"),
        )


def dead_letters(
    target: Target, *, agent: str | None, topic: str | None, limit: int
) -> tuple[list[dict[str, Any]], bool]:
    """Up to `limit` of them, as the service tells of them, and whether there are more. Raises OperationError."""
    found: list[dict[str, Any]] = []
    after: str | None = None
    while len(found) < limit:
        page = target.read(
            "/api/ops/dead-letters", agent=agent, topic=topic, limit=min(limit - len(found), PAGE), after=after
        ).fields
        found += [each.document for each in page.each("dead_letters")]
        after = page.text("next") or None
        if after is None:
            break
    return found, after is not None
