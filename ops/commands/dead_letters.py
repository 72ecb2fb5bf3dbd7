"""`ops dead-letters`: messages that were given up, delivered again or discarded."""

import sys
import time
from dataclasses import asdict, replace
from typing import Annotated, Any

import typer

from ops.changes.lever import AGENTS, NOT_FOUND
from ops.changes.levers import redrive_stopped
from ops.changes.redrive import Moved, Terms, looked_at, redriven, stop
from ops.changes.wish import REASON, why
from ops.commands.asked import opened
from ops.commands.change_options import DryRunOption, ReasonOption, SureOption, manner
from ops.commands.changing import carry_out
from ops.commands.discarding import discarded
from ops.commands.names import agents
from ops.commands.options import AnyOutputOption
from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.readings.dead_letters import DeadLetter, dead_letters
from ops.show import redrive as shown
from ops.show.output import Output, as_json, chosen, say
from ops.show.table import print_table
from ops.show.tables import DEAD_LETTERS, dead_letter_rows
from ops.target.context import Context
from ops.target.errors import RefusedError
from ops.target.fields import Fields
from ops.target.names import unknown
from ops.target.target import Target

app = typer.Typer(help="Dead letters: list them, deliver them again, discard them.", no_args_is_help=True)
MOST = 1_000_000
"""Messages that one redrive may move."""

AgentArgument = Annotated[str, typer.Argument(autocompletion=agents, show_default=False)]
TopicOption = Annotated[str | None, typer.Option("--topic", help="Of this topic alone.", show_default=False)]


@app.command("list")
def show(
    ctx: typer.Context,
    *,
    agent: Annotated[str | None, typer.Option(autocompletion=agents, help="Of this agent alone.")] = None,
    topic: TopicOption = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, at most.")] = 50,
    output: AnyOutputOption = None,
) -> None:
    """The dead letters, each with the reason of its last failure."""
    with opened(ctx) as target:
        told, more = _of(target, agent, topic, limit)
    if chosen(output) is Output.JSON:
        as_json({"dead_letters": told, "more": more})
        return
    rows = dead_letter_rows([DeadLetter.of(Fields(each)) for each in told], time.time())
    print_table(DEAD_LETTERS, rows, empty="There is no dead letter.")
    if more:
        say(f"{len(told)} shown; more with --limit.")


@app.command()
def redrive(
    ctx: typer.Context,
    agent: AgentArgument,
    *,
    reason: ReasonOption,
    topic: TopicOption = None,
    ids: Annotated[list[str] | None, typer.Option("--id", help="This one; may be given again.")] = None,
    rate: Annotated[float, typer.Option(min=0.1, max=10_000, help="Messages a second, at most.")] = 50,
    maximum: Annotated[int, typer.Option(min=1, max=MOST, help="Messages, at most.")] = 1000,
    dry_run: DryRunOption = False,
    yes: SureOption = False,  # noqa: ARG001 - as every change takes it; nothing is asked here
    output: AnyOutputOption = None,
) -> None:
    """Deliver an agent's dead letters again, slowly. Ctrl-C stops it; what was not moved stays where it is."""
    terms = Terms(agent=agent, topic=topic, ids=ids or [], rate=rate, maximum=maximum, reason=why(reason))
    with opened(ctx) as target:
        if dry_run:
            _show_plan(target, terms, output)
        else:
            _redrive(target, terms, output)


@app.command("stop")
def stop_one(
    ctx: typer.Context,
    agent: AgentArgument,
    *,
    reason: ReasonOption,
    dry_run: DryRunOption = False,
    yes: SureOption = False,
    output: AnyOutputOption = None,
) -> None:
    """Stop a redrive, whoever drives it; what it has not moved stays where it is."""
    how = manner(
        reason=reason, dry_run=dry_run, yes=yes, wait=False, timeout=0, expect_revision=None, local=False, output=output
    )
    carry_out(ctx, redrive_stopped(agent), how)


@app.command()
def discard(
    ctx: typer.Context,
    agent: AgentArgument,
    ids: Annotated[list[str], typer.Argument(help="As `ops dead-letters list` tells them.", show_default=False)],
    *,
    reason: ReasonOption,
    dry_run: DryRunOption = False,
    yes: SureOption = False,
    output: AnyOutputOption = None,
) -> None:
    """Discard dead letters for good."""
    with opened(ctx) as target:
        discarded(target, agent, ids, reason=why(reason), dry_run=dry_run, yes=yes, output=chosen(output))


def _of(target: Target, agent: str | None, topic: str | None, limit: int) -> tuple[list[dict[str, Any]], bool]:
    try:
        return dead_letters(target, agent=agent, topic=topic, limit=limit)
    except RefusedError as error:
        if agent is None or error.status != NOT_FOUND:
            raise
        raise OperationError(unknown("agent", agent, AGENTS.known(target)), error.exit_code) from error


def _show_plan(target: Target, terms: Terms, output: Output | None) -> None:
    would = looked_at(target, terms)
    command = _again(target.context, terms, terms.maximum)
    if chosen(output) is Output.JSON:
        as_json({**asdict(terms), "dry_run": True, "moved": would.moved, "left": would.left, "reverse": None})
    else:
        shown.plan(terms, would, command)


def _redrive(target: Target, terms: Terms, output: Output | None) -> None:
    steps: list[Moved] = []

    def seen(moved: Moved) -> None:
        steps.append(moved)
        bar(moved)

    why_not_all = ""
    try:
        with shown.progress(terms) as bar:
            redriven(target, terms, seen=seen)
    except KeyboardInterrupt:
        why_not_all = _stopped(target, terms, steps)
    except OperationError as error:
        if not steps:
            raise
        why_not_all = str(error)
    last = steps[-1] if steps else Moved(id="", moved=0, left=0, done=False)
    command = _again(target.context, terms, terms.maximum - last.moved if why_not_all else terms.maximum)
    if chosen(output) is Output.JSON:
        told = {"moved": last.moved, "left": last.left, "stopped": why_not_all or None}
        as_json({**asdict(terms), **told, "go_on": command if last.left else None})
    elif not why_not_all:
        shown.ended(terms, last, command)
    if why_not_all:
        shown.broken_off(terms, last, why_not_all, command)
        raise typer.Exit(Exit.PARTLY_APPLIED)


def _stopped(target: Target, terms: Terms, steps: list[Moved]) -> str:
    """End it, and count again: a step whose answer nobody waited for may have moved some."""
    sys.stderr.write("\n")
    try:
        stop(target, terms.agent, f"interrupted: {terms.reason}"[:REASON])
        if steps:
            left = looked_at(target, replace(terms, maximum=MOST)).moved
            steps.append(replace(steps[-1], moved=max(steps[-1].moved, steps[-1].all - left), left=left))
    except OperationError as error:
        return f"Interrupted; the service could not be told, and ends it by itself: {error}"
    return "Interrupted, and stopped."


def _again(context: Context, terms: Terms, maximum: int) -> str:
    topic = ("--topic", terms.topic) if terms.topic else ()
    ids = [word for each in terms.ids for word in ("--id", each)]
    limits = ("--rate", f"{terms.rate:g}", "--maximum", f"{maximum}")
    return context.command("dead-letters", "redrive", terms.agent, *topic, *ids, *limits, "--reason", terms.reason)
