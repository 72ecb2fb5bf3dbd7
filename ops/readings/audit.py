"""Who changed what, when and why."""

from dataclasses import dataclass

from ops.target.fields import Fields


@dataclass(frozen=True, kw_only=True)
class AuditLine:
    """One change; `at` in Unix seconds."""

    at: float
    by: str
    action: str
    subject: str
    reason: str
    document: str
    version: int


def audit_lines(fields: Fields) -> list[AuditLine]:
    """Those that an answer tells of, newest first."""
    return [
        AuditLine(
            at=each.number("at") or 0.0,
            by=each.text("by"),
            action=each.text("action"),
            subject=each.text("subject"),
            reason=each.text("reason"),
            document=each.text("document"),
            version=each.count("version"),
        )
        for each in fields.each("lines")
    ]
