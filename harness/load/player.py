"""A node's side of the load: sends its share of the plan and reports every request to the conductor."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

import gevent
from locust.env import Environment
from locust.rpc import Message
from locust.runners import LocalRunner, WorkerRunner

from harness.load.client import Client
from harness.load.engine import Engine
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
from harness.plan.arrivals import Arrival, Turn, share, turn_plan
from harness.plan.scenario import Scenario
from harness.targets.clock import RunClock

if TYPE_CHECKING:
    from harness.record import RequestRow

REPORT_EVERY = 0.5
"""Seconds between two chunks of rows; the live progress is as fresh as this."""

RESEND_AFTER = 2.0
"""Seconds without an acknowledgement after which a chunk is sent again."""

GIVE_UP_AFTER = 15.0
"""Seconds after the last request until a player no longer waits for acknowledgements."""


class Player:
    """Plays the assignments that arrive at one node, one at a time."""

    def __init__(
        self, environment: Environment, runner: WorkerRunner | LocalRunner, scenarios: Mapping[str, Scenario]
    ) -> None:
        self._environment = environment
        self._runner = runner
        self._scenarios = scenarios
        self._performance: _Performance | None = None
        runner.register_message(GO, self._go)
        runner.register_message(HALT, self._halt)
        runner.register_message(ROWS_TAKEN, self._rows_taken)

    @property
    def playing(self) -> bool:
        """Whether an assignment is under way, its last report included."""
        return self._performance is not None and not self._performance.over

    def _go(self, environment: Environment, msg: Message) -> None:
        assignment = unpacked(msg.data, Assignment)
        scenario = self._scenarios[assignment.scenario]
        self._performance = _Performance(assignment, scenario, environment, self._runner)
        gevent.spawn(self._performance.run)

    def _halt(self, environment: Environment, msg: Message) -> None:  # noqa: ARG002 -- Locust's signature
        halt = unpacked(msg.data, Halt)
        if self._performance is not None and self._performance.ticket == halt.ticket:
            self._performance.halt()

    def _rows_taken(self, environment: Environment, msg: Message) -> None:  # noqa: ARG002 -- Locust's signature
        taken = unpacked(msg.data, RowsTaken)
        if self._performance is not None and self._performance.ticket == taken.ticket:
            self._performance.taken(taken.chunk)


class _Performance:
    """One assignment, from its start to the acknowledgement of its last row."""

    def __init__(
        self, assignment: Assignment, scenario: Scenario, environment: Environment, runner: WorkerRunner | LocalRunner
    ) -> None:
        self.ticket = assignment.ticket
        self.over = False
        self._assignment = assignment
        self._runner = runner
        clock = RunClock()
        self._client = Client(scenario, assignment, clock=clock, report=environment.events.request.fire)
        self._engine = Engine(self._send, clock=clock, pool=self._client.connections)
        plan = turn_plan(scenario, Turn(part=assignment.part, phases=tuple(assignment.phases)))
        self._arrivals = share(plan, worker=assignment.worker, workers=assignment.workers)
        self._sent = 0
        self._fresh: list[RequestRow] = []
        self._chunks = 0
        self._untaken: dict[int, tuple[float, Rows]] = {}

    def run(self) -> None:
        """Send the share, report it as it goes, and say the last word once every row was taken."""
        self._client.warm_up()
        sending = gevent.spawn(self._engine.run, self._arrivals, starts_at=self._assignment.starts_at)
        while not sending.ready():
            sending.join(REPORT_EVERY)
            self._report()
        failure = self._engine.failure or (
            "" if sending.successful() else f"the generator failed: {sending.exception!r}"
        )
        give_up_at = time.monotonic() + GIVE_UP_AFTER
        while self._untaken and time.monotonic() < give_up_at:
            gevent.sleep(REPORT_EVERY)
            self._report()
        done = Done(ticket=self.ticket, worker=self._assignment.worker, sent=self._sent, failure=failure)
        self._runner.send_message(DONE, packed(done))
        self.over = True

    def halt(self) -> None:
        """Start no more requests."""
        self._engine.halt()

    def taken(self, chunk: int) -> None:
        """The conductor has a chunk."""
        self._untaken.pop(chunk, None)

    def _send(self, arrival: Arrival, planned_at: float) -> None:
        self._sent += 1
        row = self._client.send(arrival, planned_at)
        self._fresh.append(row)  # looked up only now: `_report` has put another list there meanwhile

    def _report(self) -> None:
        rows, self._fresh = self._fresh, []
        if rows:
            news = Rows(
                ticket=self.ticket, worker=self._assignment.worker, chunk=self._chunks, sent=self._sent, rows=rows
            )
            self._chunks += 1
            self._untaken[news.chunk] = (-RESEND_AFTER, news)
        now = time.monotonic()
        for chunk, (sent_at, news) in list(self._untaken.items()):
            if now - sent_at >= RESEND_AFTER:
                self._untaken[chunk] = (now, news)
                self._runner.send_message(ROWS, packed(news))
