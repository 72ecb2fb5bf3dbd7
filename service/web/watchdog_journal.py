"""Tells the journal and the log of what watchdogs do."""

import logging

from service.reliability.watchdog import WatchdogChange, WatchdogState, full_name
from service.web.journal import Journal, Type
from service.web.log import LOGGER

_TYPES = {
    WatchdogState.OK: Type.WATCHDOG_RECOVERED,
    WatchdogState.WARNING: Type.WATCHDOG_WARNED,
    WatchdogState.ALERT: Type.WATCHDOG_ALERTED,
}


class WatchdogJournal:
    """A listener of watchdogs."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def __call__(self, change: WatchdogChange) -> None:
        """Record a change."""
        kind = _TYPES[change.to_state]
        watchdog = full_name(change.name, change.subject)
        detail = {"from": change.from_state, "to": change.to_state, "value": change.value, "unit": change.unit}
        self._journal.record(kind, watchdog, change.reason, detail)
        level = logging.INFO if kind is Type.WATCHDOG_RECOVERED else logging.WARNING
        LOGGER.log(level, kind, extra={"fields": {"watchdog": watchdog, "reason": change.reason, **detail}})
