"""Tells the journal and the log of what circuit breakers do."""

from service.reliability.breaker_states import BreakerState
from service.reliability.circuit_breaker import Transition
from service.web.journal import Journal, Type
from service.web.log import LOGGER

_BY_STATE = {
    BreakerState.OPEN: Type.BREAKER_OPENED,
    BreakerState.HALF_OPEN: Type.BREAKER_HALF_OPENED,
    BreakerState.CLOSED: Type.BREAKER_CLOSED,
    BreakerState.ISOLATED: Type.BREAKER_ISOLATED,
}

TYPES = frozenset({*_BY_STATE.values(), Type.BREAKER_RESET})
"""All that is recorded of breakers; the event's subject is the breaker."""


class BreakerJournal:
    """A listener of transitions."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def __call__(self, transition: Transition) -> None:
        """Record a transition."""
        kind = _BY_STATE[transition.to_state]
        if kind is Type.BREAKER_CLOSED and transition.requested:
            kind = Type.BREAKER_RESET
        detail = {
            "from": transition.from_state,
            "to": transition.to_state,
            "generation": transition.generation,
            **transition.figures._asdict(),
        }
        self._journal.record(kind, transition.breaker, transition.reason, detail)
        LOGGER.warning(kind, extra={"fields": {"breaker": transition.breaker, "reason": transition.reason, **detail}})
