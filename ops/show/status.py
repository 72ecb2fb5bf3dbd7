"""`ops status`: what is wrong comes first, then what is known."""

import io
import sys
from collections.abc import Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ops.diagnosis.trouble import Trouble
from ops.diagnosis.verdict import verdict
from ops.readings.board import Board
from ops.readings.journal import Event
from ops.readings.traffic import Rates
from ops.show.table import STATES, Cell, Column, console, rich_table
from ops.show.tables import (
    BREAKERS,
    GATES,
    QUEUES,
    ROLLOUTS,
    ROUTES,
    breaker_rows,
    gate_rows,
    queue_rows,
    rollout_rows,
    route_rows,
)
from ops.show.words import clock, counted, left, percent, rate, spoken
from ops.target.context import Context

EVENTS = 8
"""Of the journal, the newest."""

UNFOLDED = 1000
"""Characters of a line where nothing is as wide as a terminal."""


def status(board: Board, found: Sequence[Trouble], context: Context, now: float) -> Group:
    """The whole screen."""
    return Group(*_parts(board, found, context, now))


def _parts(board: Board, found: Sequence[Trouble], context: Context, now: float) -> Iterator[RenderableType]:
    yield head(found)
    yield Text(_where(board, context), "dim")
    if found:
        yield Text()
        yield from (_trouble(each, context) for each in found)
    yield from _section("golden signals", _signals(board))
    yield from _section("circuit breakers", _breakers(board))
    yield from _section("health gates", _gates(board))
    if board.rollouts is not None:
        rows = rollout_rows(board.rollouts, now)
        yield from _section("rollouts", [rich_table(ROLLOUTS, rows) if rows else Text("none", "dim")])
    yield from _section("modes", _modes(board, now))
    yield from _section("queues", _queues(board))
    if board.events is not None:
        yield from _section("journal", [event_table(board.events[-EVENTS:])])


def head(found: Sequence[Trouble]) -> Text:
    """The one line that comes first."""
    urgency, said = verdict(found)
    return Text(said, "bold green" if urgency is None else STATES[urgency])


def _where(board: Board, context: Context) -> str:
    told = board.identity
    heard = [each for each in board.instances.instances if not each.silent] if board.instances else []
    of = f", one of {len(heard)} instances" if len(heard) > 1 else ""
    return f"{context.name}, {context.url}: {told.instance}{of}, version {told.version} of {told.environment}"


def _trouble(trouble: Trouble, context: Context) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=7)
    grid.add_column(overflow="fold")
    said = Text(trouble.sentence)
    if trouble.command:
        said.append(f"\nnext: {context.command(*trouble.command)}", "cyan")
    if trouble.runbook:
        said.append(f"\nsee:  {trouble.runbook}", "dim")
    grid.add_row(Text(trouble.urgency, STATES[trouble.urgency]), said)
    return grid


def _section(title: str, parts: Sequence[RenderableType]) -> Iterator[RenderableType]:
    if parts:
        yield Text(f"\n{title}", "bold")
        yield from (Padding(part, (0, 0, 0, 2)) for part in parts)


def _signals(board: Board) -> list[RenderableType]:
    parts: list[RenderableType] = [Text(traffic_line(board.rates, board.measured))]
    if board.signals is not None:
        busy = f"{counted(board.signals.in_flight, 'request')} in flight, {board.signals.open_connections} connections"
        parts.append(Text(f"{busy}, by {counted(board.signals.instances, 'instance')} since their starts:"))
        rows = route_rows(board.signals)
        parts.append(rich_table(ROUTES, rows) if rows else Text("nobody has asked for anything yet", "dim"))
    return parts


def traffic_line(rates: Rates | None, measured: Sequence[str]) -> str:
    """Traffic and errors, and by whom they were measured."""
    if rates is None:
        return "the traffic was not measured: each answer came from another instance"
    shares = f"{percent(rates.share(rates.failed))} failed, {percent(rates.share(rates.shed))} turned away"
    return f"{rate(rates.requests)}, {shares}, {percent(rates.share(rates.client_errors))} 4xx ({', '.join(measured)})"


def _breakers(board: Board) -> list[RenderableType]:
    if board.breakers is None:
        return []
    others = [breaker for breaker in board.breakers if not breaker.closed]
    closed = len(board.breakers) - len(others)
    said = Text(
        f"{closed} of {len(board.breakers)} closed at {board.told_by['circuit breakers']}", "" if others else "dim"
    )
    return [rich_table(BREAKERS, breaker_rows(others)), said] if others else [said]


def _gates(board: Board) -> list[RenderableType]:
    if board.gates is None:
        return []
    shut = [gate for gate in board.gates.gates if not gate.ready]
    ready = len(board.gates.gates) - len(shut)
    said = Text(f"{ready} of {len(board.gates.gates)} ready at {board.told_by['health gates']}", "" if shut else "dim")
    return [rich_table(GATES, gate_rows(shut)), said] if shut else [said]


def _modes(board: Board, now: float) -> list[RenderableType]:
    if board.modes is None:
        return []
    rows: list[list[Cell]] = []
    for mode in (*board.modes.modes, *board.modes.agents):
        if mode.in_force and mode.entry:
            entry = mode.entry
            word = "on" if mode in board.modes.modes else "quarantined"
            shown = Text(word, STATES[word])
            rows.append([spoken(mode.name), shown, entry.by, clock(entry.since), left(entry.until, now), entry.reason])
    columns = (Column("mode"), Column(""), Column("by"), Column("since"), Column("until"), Column("why", folds=True))
    return [rich_table(columns, rows)] if rows else [Text("none in force", "dim")]


def _queues(board: Board) -> list[RenderableType]:
    if board.watched is None:
        return []
    trouble = [queue for queue in board.watched.queues if queue.waiting or queue.dead_letters or queue.held]
    return [rich_table(QUEUES, queue_rows(trouble))] if trouble else [Text("nothing waits, nothing is dead", "dim")]


def event_table(events: Sequence[Event]) -> RenderableType:
    """The newest last."""
    columns = (Column("at"), Column("event"), Column("subject"), Column("why", folds=True))
    rows: list[list[Cell]] = [[clock(event.at), spoken(event.type), event.subject, event.told] for event in events]
    return rich_table(columns, rows) if rows else Text("nothing yet", "dim")


def printed(screen: RenderableType, *, width: int = UNFOLDED) -> None:
    """On standard output: as wide as the terminal, elsewhere as `width`; there is nothing at a line's end."""
    if sys.stdout.isatty():
        console().print(screen)
        return
    wide = Console(file=io.StringIO(), width=width, color_system=None)
    with wide.capture() as captured:
        wide.print(screen)
    sys.stdout.writelines(f"{line.rstrip()}\n" for line in captured.get().splitlines())
