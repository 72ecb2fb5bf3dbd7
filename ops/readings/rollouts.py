"""The rollouts of the service."""

from dataclasses import dataclass

from ops.target.fields import Fields


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """One at this instant; `status` is empty before the first start."""

    name: str
    version: int
    generation: int
    status: str
    planned_share: float
    measured_share: float | None
    requests: int | None
    by: str
    at: float | None  # of the last act, Unix seconds
    reason: str
    last_decision: str  # that led here; empty: a person did
    next_decision: str
    problem: str

    @classmethod
    def of(cls, fields: Fields) -> "Rollout":
        """The rollout that a document tells of."""
        last, requests = fields.inner("last"), fields.number("requests")
        return cls(
            name=fields.text("name"),
            version=fields.count("version"),
            generation=fields.count("generation"),
            status=fields.text("status"),
            planned_share=fields.number("planned_share") or 0.0,
            measured_share=fields.number("measured_share"),
            requests=None if requests is None else int(requests),
            by=last.text("by"),
            at=last.number("at"),
            reason=last.text("reason"),
            last_decision=fields.text("last_decision"),
            next_decision=fields.text("next_decision"),
            problem=fields.text("problem"),
        )


def rollouts(fields: Fields) -> list[Rollout]:
    """Those that an answer tells of."""
    return [Rollout.of(each) for each in fields.each("rollouts")]
