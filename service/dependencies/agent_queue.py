"""The queue as an agent's pump sees it, on one machine; elsewhere the platform pushes the messages."""

from service.dependencies.call import Call
from service.dependencies.event_queue import attempted
from service.store.events import Message
from service.store.sqlite_events import SqliteEventStore


class AgentQueue:
    """Takes messages out. Each method raises CallError when the queue did not answer."""

    def __init__(self, store: SqliteEventStore, call: Call) -> None:
        self._store = store
        self._call = call

    async def claim(self, agent: str, limit: int, request_id: str) -> list[Message]:
        """Take messages for an agent; each must be acknowledged before its visibility ends."""
        return await attempted(self._call, lambda: self._store.claim(agent, limit), request_id)

    async def acknowledge(self, agent: str, message: Message) -> bool:
        """Remove a message that was dealt with; False when it was claimed anew meanwhile."""
        return await attempted(self._call, lambda: self._store.acknowledge(agent, message), message.request_id)

    async def extend(self, agent: str, message: Message) -> bool:
        """Begin the message's visibility anew; False when it was claimed anew meanwhile."""
        return await attempted(self._call, lambda: self._store.extend(agent, message), message.request_id)

    async def note_failure(self, agent: str, message: Message, error: str) -> None:
        """Remember why a delivery failed."""
        await attempted(self._call, lambda: self._store.note_failure(agent, message, error), message.request_id)

    async def release(self, agent: str, message: Message, delay: float, error: str) -> None:
        """Give a message back, to be claimed again after `delay` seconds; the claim does not count."""
        await attempted(self._call, lambda: self._store.release(agent, message, delay, error), message.request_id)

    async def bury(self, agent: str, message: Message, reason: str) -> None:
        """Make a message a dead letter."""
        await attempted(self._call, lambda: self._store.bury(agent, message, reason), message.request_id)
