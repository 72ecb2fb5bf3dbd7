"""Tells the journal and the log of what health gates do."""

import logging
from typing import Any

from service.reliability.health_gate import GateChange, GateEvent
from service.web.journal import Journal, Type
from service.web.log import LOGGER

_TYPES = {
    GateChange.OPENED: Type.GATE_OPENED,
    GateChange.SHUT: Type.GATE_SHUT,
    GateChange.PASSED: Type.GATE_CHECK_PASSED,
    GateChange.FAILED: Type.GATE_CHECK_FAILED,
}
_LEVELS = {
    Type.GATE_SHUT: logging.WARNING,
    Type.READINESS_LOST: logging.WARNING,
    Type.GATE_OPENED: logging.INFO,
    Type.READINESS_REGAINED: logging.INFO,
}


class GateJournal:
    """A listener of gates; also of what their changes make of the instance's readiness.

    The journal has every check that counts towards a streak. The log has what shuts and opens again: that all is well
    at the start is no news.
    """

    def __init__(self, journal: Journal, instance: str) -> None:
        self._journal = journal
        self._instance = instance
        self._ready = False
        self._trouble = False

    def __call__(self, event: GateEvent) -> None:
        """Record a change."""
        gate = event.gate
        error = "" if gate.last is None else gate.last.error
        detail = {
            "critical": gate.critical,
            "consecutive_passes": gate.consecutive_passes,
            "required": gate.passes,
            "round": event.round,
        }
        self._tell(_TYPES[event.change], gate.name, error or f"{gate.consecutive_passes} consecutive passes", detail)
        if self._ready == bool(event.shut):
            self._ready = not event.shut
            kind = Type.READINESS_REGAINED if self._ready else Type.READINESS_LOST
            reason = f"shut: {', '.join(event.shut)}" if event.shut else "every critical gate is ready"
            self._tell(kind, self._instance, reason, {"gates": list(event.shut)})

    def _tell(self, kind: Type, subject: str, reason: str, detail: dict[str, Any]) -> None:
        self._journal.record(kind, subject, reason, detail)
        level = _LEVELS.get(kind)
        self._trouble = self._trouble or level == logging.WARNING
        if level is not None and self._trouble:
            LOGGER.log(level, kind, extra={"fields": {"subject": subject, "reason": reason, **detail}})
