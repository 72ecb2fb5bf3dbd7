"""Whether the messages of an agent are held: it is quarantined, or nothing outside may be called."""

from service.fleet.control_copy import ControlCopy
from service.fleet.operations import Operations
from service.reliability.operating_mode import Mode, mode_key


class Holding:
    """Says it from this instance's copy of what operators have set."""

    def __init__(self, operations: Operations, copy: ControlCopy, *, reliability: bool) -> None:
        """Without the reliability layer nothing is read, and nobody is held."""
        self._operations = operations
        self._copy = copy
        self._reliability = reliability

    def quarantined(self, agent: str) -> bool:
        """Whether an agent is quarantined, as of the copy."""
        return self._operations.quarantined(agent)

    async def held(self, agent: str) -> bool:
        """Whether nothing may be delivered to an agent, on a copy as fresh as a request is admitted on."""
        if not self._reliability:
            return False
        await self._copy.fresh()
        return self.quarantined(agent) or self._operations.in_force(mode_key(Mode.SAFE_MODE)) is not None
