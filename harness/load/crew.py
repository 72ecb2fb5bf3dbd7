"""The conductor's side of the load: hands out the plan, takes in the rows, and knows who is missing.

No event of Locust says that the last report has arrived, so each chunk of rows is acknowledged, and each player says
at its end how many rows there must be.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence

import msgspec
from locust.env import Environment
from locust.rpc import Message
from locust.runners import STATE_MISSING, LocalRunner, MasterRunner

from harness.load.messages import (
    DONE,
    GO,
    HALT,
    ROWS,
    ROWS_TAKEN,
    Assignment,
    Done,
    Halt,
    Rows,
    RowsTaken,
    packed,
    unpacked,
)
from harness.plan.arrivals import Turn
from harness.record import RequestRow

ALONE = "local"
"""The only player's client id when Locust runs in one process."""


class Crew:
    """The players known to this node: the workers of a master, or this process alone."""

    def __init__(self, runner: MasterRunner | LocalRunner) -> None:
        self._runner = runner
        self._tickets = itertools.count(1)
        self._ticket = ""
        self._players: list[str] = []
        self._taken: set[tuple[int, int]] = set()
        self._sent: dict[int, int] = {}
        self._rows: list[RequestRow] = []
        self._done: dict[int, Done] = {}
        runner.register_message(ROWS, self._take_rows)
        runner.register_message(DONE, self._take_done)

    def ready(self) -> Sequence[str]:
        """The client ids of the players that could start now."""
        if isinstance(self._runner, LocalRunner):
            return [ALONE]
        clients = self._runner.clients
        return sorted(client.id for client in (*clients.ready, *clients.spawning, *clients.running))

    def go(
        self,
        *,
        scenario: str,
        turn: Turn,
        starts_at: float,
        addresses: Sequence[str],
        headers: Mapping[str, str],
        documents: Sequence[str],
    ) -> None:
        """Give every player its share of a turn's plan, which starts at `starts_at` (Unix seconds)."""
        self._ticket = f"{scenario}-{turn.part}-{next(self._tickets)}"
        self._players = list(self.ready())
        self._taken, self._sent, self._rows, self._done = set(), {}, [], {}
        for worker, client in enumerate(self._players):
            assignment = Assignment(
                ticket=self._ticket,
                scenario=scenario,
                part=turn.part,
                phases=list(turn.phases),
                worker=worker,
                workers=len(self._players),
                starts_at=starts_at,
                addresses=list(addresses),
                headers=dict(headers),
                documents=list(documents),
            )
            self._send(GO, assignment, client)

    def halt(self) -> None:
        """Ask every player to start no more requests."""
        for client in self._players:
            self._send(HALT, Halt(ticket=self._ticket), client)

    @property
    def rows(self) -> Sequence[RequestRow]:
        """The requests that have ended so far, in the order in which they were reported."""
        return self._rows

    @property
    def sent(self) -> int:
        """The requests that have started so far, as far as reported."""
        return sum(self._sent.values())

    @property
    def finished(self) -> bool:
        """Whether every player has either said its last word or gone away."""
        return all(worker in self._done or client in self._gone() for worker, client in enumerate(self._players))

    @property
    def missing(self) -> str:
        """A sentence about the first player that went away before its last word, else an empty string."""
        gone = self._gone()
        for worker, client in enumerate(self._players):
            if client in gone and worker not in self._done:
                return f"{self._name(worker)} went away"
        return ""

    def problems(self) -> Iterator[str]:
        """What spoils the figures: players that failed, went away or reported less than they sent."""
        if not self._players:
            yield "no worker was there to send the load"
        for worker, _ in enumerate(self._players):
            done = self._done.get(worker)
            if done is None:
                yield f"{self._name(worker)} did not report its end"
            elif done.failure:
                yield f"{self._name(worker)}: {done.failure}"
        sent = sum(done.sent for done in self._done.values())
        if sent != len(self._rows):
            yield f"{sent} requests were sent, and {len(self._rows)} were reported"

    def _name(self, worker: int) -> str:
        return f"load worker {worker + 1} of {len(self._players)}"

    def _gone(self) -> set[str]:
        if isinstance(self._runner, LocalRunner):
            return set()
        there = {client.id for client in self._runner.clients.all if client.state != STATE_MISSING}
        return set(self._players) - there

    def _take_rows(self, environment: Environment, msg: Message) -> None:  # noqa: ARG002 -- Locust's signature
        news = unpacked(msg.data, Rows)
        self._send(ROWS_TAKEN, RowsTaken(ticket=news.ticket, chunk=news.chunk), msg.node_id)
        if news.ticket == self._ticket and (news.worker, news.chunk) not in self._taken:
            self._taken.add((news.worker, news.chunk))
            self._sent[news.worker] = max(news.sent, self._sent.get(news.worker, 0))
            self._rows.extend(news.rows)

    def _take_done(self, environment: Environment, msg: Message) -> None:  # noqa: ARG002 -- Locust's signature
        done = unpacked(msg.data, Done)
        if done.ticket == self._ticket:
            self._done[done.worker] = done

    def _send(self, kind: str, message: msgspec.Struct, client: str) -> None:
        self._runner.send_message(kind, packed(message), client)
