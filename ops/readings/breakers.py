"""The circuit breakers of an instance."""

from dataclasses import dataclass

from ops.target.fields import Fields


@dataclass(frozen=True, kw_only=True)
class Breaker:
    """One at this instant."""

    name: str
    state: str
    seconds_in_state: float
    reason: str
    calls: int
    failure_rate: float
    retry_after: float | None
    isolated_by: str

    @property
    def closed(self) -> bool:
        """Whether it lets calls through as if it were not there."""
        return self.state == "closed"


def breakers(fields: Fields) -> list[Breaker]:
    """Those that an answer tells of."""
    return [
        Breaker(
            name=each.text("name"),
            state=each.text("state"),
            seconds_in_state=each.number("seconds_in_state") or 0.0,
            reason="" if _lets_through(each) else each.text("reason"),
            calls=each.count("calls"),
            failure_rate=each.number("failure_rate") or 0.0,
            retry_after=each.number("retry_after"),
            isolated_by=each.text("isolated_by"),
        )
        for each in fields.each("circuit_breakers")
    ]


def _lets_through(fields: Fields) -> bool:
    """Half open, and no probe is on its way: what it gives as its reason would be why it rejects."""
    return fields.text("state") == "half_open" and not fields.count("probes_in_flight")
