"""The tables of what the service shows."""

from collections.abc import Sequence

from rich.text import Text

from ops.readings.audit import AuditLine
from ops.readings.breakers import Breaker
from ops.readings.dead_letters import DeadLetter
from ops.readings.gates import Gate
from ops.readings.instances import Instances
from ops.readings.modes import Flag
from ops.readings.rollouts import Rollout
from ops.readings.signals import Signals
from ops.readings.watchdogs import Queue
from ops.show.table import Cell, Column, state
from ops.show.words import ago, clock, left, milliseconds, percent, span

Rows = list[list[Cell]]

BREAKERS = (
    Column("breaker"), Column("state"), Column("since", right=True), Column("calls", right=True),
    Column("failing", right=True), Column("reason", folds=True),
)  # fmt: skip
GATES = (Column("gate"), Column("state"), Column("passes", right=True), Column("last error", folds=True))
ROLLOUTS = (
    Column("rollout"), Column("status"), Column("planned", right=True), Column("measured", right=True),
    Column("requests", right=True), Column("by"), Column("when"), Column("why", folds=True),
)  # fmt: skip
ROUTES = (
    Column("route"), Column("requests", right=True), Column("4xx", right=True), Column("5xx", right=True),
    Column("shed", right=True), Column("p50", right=True), Column("p95", right=True), Column("p99", right=True),
)  # fmt: skip
QUEUES = (
    Column("agent"), Column("topic"), Column("waiting", right=True), Column("oldest", right=True),
    Column("dead", right=True), Column("state"),
)  # fmt: skip
FLAGS = (
    Column("flag"), Column("value"), Column("default"), Column("because"), Column("percentage", right=True),
    Column("by"), Column("until"), Column("meaning", folds=True),
)  # fmt: skip
INSTANCES = (Column("instance"), Column("boot"), Column("heard of"), Column("has"), Column("", folds=True))

DEAD_LETTERS = (
    Column("id"), Column("agent"), Column("topic"), Column("document"), Column("died"), Column("attempts", right=True),
    Column("reason", folds=True),
)  # fmt: skip
AUDIT = (
    Column("when"), Column("by"), Column("what"), Column("of"), Column("version", right=True),
    Column("why", folds=True),
)  # fmt: skip


def breaker_rows(breakers: Sequence[Breaker]) -> Rows:
    """A row a breaker."""
    return [
        [
            breaker.name,
            state(breaker.state),
            span(breaker.seconds_in_state),
            f"{breaker.calls}",
            percent(breaker.failure_rate) if breaker.calls else "-",
            f"{breaker.reason} ({breaker.isolated_by})" if breaker.isolated_by else breaker.reason,
        ]
        for breaker in breakers
    ]


def gate_rows(gates: Sequence[Gate]) -> Rows:
    """A row a gate."""
    return [
        [
            f"{gate.name}{' (critical)' if gate.critical else ''}",
            state("ready" if gate.ready else "shut"),
            f"{gate.consecutive_passes}/{gate.required}",
            gate.last_error,
        ]
        for gate in gates
    ]


def rollout_rows(rollouts: Sequence[Rollout], now: float) -> Rows:
    """A row a rollout."""
    return [
        [
            rollout.name,
            state(rollout.status or "never started"),
            percent(rollout.planned_share) if rollout.status else "-",
            percent(rollout.measured_share),
            "-" if rollout.requests is None else f"{rollout.requests}",
            rollout.by,
            ago(rollout.at, now),
            rollout.problem or rollout.reason,
        ]
        for rollout in rollouts
    ]


def route_rows(signals: Signals) -> Rows:
    """A row a route that was asked for."""
    return [
        [
            name,
            f"{route.requests:,}",
            f"{route.client_errors:,}",
            f"{route.server_errors:,}",
            f"{route.shed:,}",
            *(milliseconds(each) for each in (route.success.p50, route.success.p95, route.success.p99)),
        ]
        for name, route in signals.routes.items()
        if route.requests
    ]


def queue_rows(queues: Sequence[Queue]) -> Rows:
    """A row an agent and topic."""
    return [
        [
            queue.agent,
            queue.topic,
            f"{queue.waiting:,}",
            "-" if queue.oldest_seconds is None else span(queue.oldest_seconds),
            f"{queue.dead_letters:,}",
            state("quarantined") if queue.held else "",
        ]
        for queue in queues
    ]


def flag_rows(flags: Sequence[Flag], now: float) -> Rows:
    """A row a flag."""
    return [
        [
            flag.name,
            Text("by caller", "yellow") if flag.value is None else state("on" if flag.value else "off"),
            "on" if flag.default else "off",
            flag.reason.lower().replace("_", " "),
            "" if flag.percentage is None else f"{flag.percentage:g} %",
            flag.entry.by if flag.entry and flag.entry.in_force(now) else "",
            left(flag.entry.until, now) if flag.entry and flag.entry.in_force(now) else "",
            flag.description,
        ]
        for flag in flags
    ]


def instance_rows(instances: Instances) -> Rows:
    """A row an instance."""
    rows: Rows = []
    for instance in instances.instances:
        behind = instance.behind(instances.documents)
        told = "silent: it reads before it serves again" if instance.silent else ""
        if behind and not instance.silent:
            told = f"behind in {', '.join(behind)}"
        has = ", ".join(f"{name} {version}" for name, version in sorted(instance.versions.items()))
        rows.append([instance.name, instance.boot_id, f"{span(instance.age)} ago", has or "nothing yet", told])
    return rows


def dead_letter_rows(letters: Sequence[DeadLetter], now: float) -> Rows:
    """A row a dead letter."""
    return [
        [
            letter.id,
            letter.agent,
            letter.topic,
            letter.document_id,
            ago(letter.died_at, now),
            f"{letter.attempts}",
            letter.reason,
        ]
        for letter in letters
    ]


def audit_rows(lines: Sequence[AuditLine]) -> Rows:
    """A row a change."""
    return [[clock(line.at), line.by, line.action, line.subject, f"{line.version}", line.reason] for line in lines]
