"""`ops watch`: one screen of 80 columns that says how old it is."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ops.diagnosis.trouble import Trouble
from ops.readings.board import Board
from ops.readings.journal import Event
from ops.readings.modes import Mode
from ops.readings.watching import Look
from ops.show.sparkline import sparkline
from ops.show.status import head
from ops.show.table import STATES
from ops.show.words import clock, left, milliseconds, percent, rate, span, spoken
from ops.target.context import Context

SPARK = 30
"""Columns of a sparkline."""

STALE = 5.0
"""Seconds from which on what is shown is the past."""

TROUBLES, EVENTS = 4, 8
"""Lines of each, at most."""


def watch(look: Look, found: Sequence[Trouble], context: Context, *, now: float, wall: float) -> Group:
    """The screen; `now` is of the clock of the look, `wall` in Unix seconds."""
    grid = Table.grid(padding=(0, 1, 0, 0), expand=False)
    grid.add_column(width=8, style="dim")
    grid.add_column(overflow="fold")
    for title, line in _lines(look, wall):
        grid.add_row(title, line)
    return Group(*_head(look, found, context, now), Text(), grid)


def _head(look: Look, found: Sequence[Trouble], context: Context, now: float) -> Iterator[RenderableType]:
    age = now - look.read_at
    old = age > STALE or bool(look.failure)
    told = look.board.identity
    yield Text.assemble(
        (f"{context.name} ", "bold"),
        (f"{told.instance} {told.version}  ", "dim"),
        (f"data is {span(age)} old", "bold red" if old else "dim"),
    )
    if look.failure:
        yield Text(f"{look.failure} What is shown is the past; asked again every second.", "bold red")
    yield Text("Nothing is known of the present. It was so:", STATES["unknown"]) if old else head(found)
    for trouble in found[:TROUBLES]:
        line = Text("  ").append(trouble.urgency, STATES[trouble.urgency]).append(f" {trouble.sentence}")
        line.truncate(79, overflow="ellipsis")
        yield line
        if trouble.command:
            yield Text(f"    {context.command(*trouble.command)}", "cyan")
    if len(found) > TROUBLES:
        yield Text(f"  and {len(found) - TROUBLES} more: {context.command('status')}", "dim")


def _lines(look: Look, wall: float) -> Iterator[tuple[str, RenderableType]]:
    board = look.board
    yield "traffic", _traffic(look)
    yield "latency", _latency(look)
    if board.signals is not None:
        busy = f"{board.signals.in_flight} in flight, {board.signals.open_connections} connections"
        yield "busy", Text(f"{busy}, {board.signals.instances} instances")
    if board.breakers is not None:
        yield "breakers", _states((breaker.name, breaker.state) for breaker in board.breakers)
    if board.gates is not None:
        yield "gates", _states((gate.name, "ready" if gate.ready else "shut") for gate in board.gates.gates)
    yield from (("rollout" if index == 0 else "", line) for index, line in enumerate(_rollouts(board)))
    if board.modes is not None:
        yield "modes", _modes(board, wall)
    yield from (("queues" if index == 0 else "", line) for index, line in enumerate(_queues(board)))
    events = (board.events or ())[-EVENTS:]
    yield from (("events" if index == 0 else "", _event(event)) for index, event in enumerate(events))


def _traffic(look: Look) -> Text:
    line = Text(sparkline(look.series, width=SPARK), "cyan")
    rates = look.board.rates
    if rates is None:
        return line.append("  not measured yet", "dim")
    line.append(f" {rate(rates.requests)}", "bold")
    failed, shed = rates.share(rates.failed), rates.share(rates.shed)
    line.append(f"  failed {percent(failed)}", "bold red" if failed else "default")
    line.append(f"  shed {percent(shed)}", "yellow" if shed else "default")
    return line.append(f"  4xx {percent(rates.share(rates.client_errors))}", "default")


def _latency(look: Look) -> Text:
    line = Text(sparkline(look.slowest, width=SPARK), "cyan")
    slowest = look.board.signals.slowest if look.board.signals else None
    if slowest is None:
        return line.append("  no answers in the last minute", "dim")
    name, took = slowest
    line.append(f" p99 {milliseconds(took.p99)}", "bold")
    return line.append(f"  p50 {milliseconds(took.p50)}\n{'':<{SPARK}} {name}", "default")


def _states(told: Iterator[tuple[str, str]]) -> Text:
    line = Text()
    for name, state in told:
        line.append(f"{name} ").append(spoken(state), STATES.get(state, "")).append("  ")
    return line


def _rollouts(board: Board) -> Iterator[Text]:
    for rollout in board.rollouts or ():
        line = Text(f"{rollout.name} ").append(
            spoken(rollout.status or "never started"), STATES.get(rollout.status, "")
        )
        if rollout.status:
            measured = f", measured {percent(rollout.measured_share)}" if rollout.measured_share is not None else ""
            line.append(f" at {percent(rollout.planned_share)}{measured}, {rollout.requests or 0} requests")
            line.append(f"\n{rollout.next_decision or rollout.reason}", "dim")
        yield line


def _modes(board: Board, wall: float) -> Text:
    line = Text()
    for mode in (*board.modes.modes, *board.modes.agents) if board.modes else ():
        if mode.in_force:
            line.append(f"{spoken(mode.name)} ", STATES["on"]).append(f"{_mode(mode, wall)}  ")
    return line or Text("none in force", "dim")


def _mode(mode: Mode, wall: float) -> str:
    return f"by {mode.entry.by}, {left(mode.entry.until, wall)}" if mode.entry else "on"


def _queues(board: Board) -> Iterator[Text]:
    for queue in board.watched.queues if board.watched else ():
        oldest = "" if queue.oldest_seconds is None else f", oldest {span(queue.oldest_seconds)}"
        line = Text(f"{queue.agent} {queue.topic}: {queue.waiting} waiting{oldest}")
        if queue.dead_letters:
            line.append(f", {queue.dead_letters} dead", "yellow")
        yield line.append(", held", STATES["on"]) if queue.held else line


def _event(event: Event) -> Text:
    line = Text(f"{clock(event.at)} ", "dim").append(f"{spoken(event.type)} ", "default")
    line.append(f"{event.subject} ", "bold").append(event.told, "dim")
    line.truncate(70, overflow="ellipsis")
    return line
