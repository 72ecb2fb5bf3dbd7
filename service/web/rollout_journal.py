"""Tells the journal and the log what becomes of a rollout, and what this instance has seen of it."""

from typing import Any

from service.fleet.rollout_document import decode
from service.fleet.rollouts import RolloutChanged
from service.fleet.schema import UnknownSchemaError
from service.reliability.rollout import Rollout
from service.store.control import ControlDocument
from service.web.journal import Journal, Type
from service.web.log import LOGGER

_TYPES = {
    "start": Type.ROLLOUT_STARTED,
    "pause": Type.ROLLOUT_PAUSED,
    "resume": Type.ROLLOUT_RESUMED,
    "promote": Type.ROLLOUT_PROMOTED,
    "step_up": Type.ROLLOUT_STEPPED_UP,
    "hold": Type.ROLLOUT_HELD,
    "release": Type.ROLLOUT_RELEASED,
    "roll_back": Type.ROLLOUT_ROLLED_BACK,
}


class RolloutJournal:
    """A listener of rollouts."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def changed(self, change: RolloutChanged) -> None:
        """This instance has changed a rollout."""
        kind, rollout = _TYPES[change.action], change.rollout
        detail = _where(rollout, change.version) | _why(rollout)
        self._journal.record(kind, rollout.name, rollout.last.reason, detail)
        fields = {"rollout": rollout.name, "reason": rollout.last.reason, **detail}
        LOGGER.warning(kind, extra={"fields": fields})

    def seen(self, document: ControlDocument) -> None:
        """This instance has a new version of a rollout's document, and acts on it from now on."""
        try:
            rollout = decode(document.body)
        except UnknownSchemaError as error:
            self._journal.record(Type.ROLLOUT_SEEN, document.name, str(error), {"version": document.version})
            LOGGER.error("rollout_unreadable", extra={"fields": {"reason": str(error)}})
            return
        self._journal.record(Type.ROLLOUT_SEEN, rollout.name, rollout.last.reason, _where(rollout, document.version))


def _where(rollout: Rollout, version: int) -> dict[str, Any]:
    return {
        "generation": rollout.generation,
        "version": version,
        "status": rollout.status,
        "step": rollout.step,
        "stage": rollout.stage,
        "weight": rollout.weight,
        "by": rollout.last.by,
        "decision_id": rollout.last.id,
    }


def _why(rollout: Rollout) -> dict[str, Any]:
    decision = rollout.decision
    if decision is None:
        return {}
    why: dict[str, Any] = {"verdict": decision.verdict, "instances": decision.instances}
    if (slo := decision.slo) is not None:
        why |= {"slo": slo.slo, "n": slo.n, "k": slo.k, "log_evidence": slo.log_evidence, "log_limit": slo.log_limit}
    return why
