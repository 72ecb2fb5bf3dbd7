"""Dead letters discarded: looked at, meant, done, and told which were not there."""

import sys
from collections.abc import Sequence

import typer

from ops.changes.lever import AGENTS, NOT_FOUND
from ops.commands.meaning_it import somebody_there, type_it
from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.readings.dead_letters import PAGE
from ops.show.output import Output, as_json, say
from ops.show.words import counted
from ops.target.errors import RefusedError
from ops.target.names import unknown
from ops.target.target import Target


def discarded(
    target: Target, agent: str, ids: Sequence[str], *, reason: str, dry_run: bool, yes: bool, output: Output
) -> None:
    """Discard what is there of `ids`. Raises OperationError, or Exit when some or all are not there."""
    if not dry_run and not yes:
        danger = f"{counted(len(ids), 'dead letter')} of {agent} will be gone for good: nobody can bring that back."
        somebody_there(danger)
        sys.stderr.write(f"{danger}\n")
        type_it(agent, target.context.name)
    gone: list[str] = []
    missing: list[str] = []
    for start in range(0, len(ids), PAGE):
        told = _discard(target, agent, list(ids[start : start + PAGE]), reason, dry_run=dry_run)
        gone += told[0]
        missing += told[1]
    if output is Output.JSON:
        as_json({"agent": agent, "dry_run": dry_run, "discarded": gone, "missing": missing, "reverse": None})
    else:
        done = "would be discarded (dry run), which cannot be taken back" if dry_run else "discarded for good"
        say(f"{agent}: {counted(len(gone), 'dead letter')} {done}.")
        if missing:
            say(f"  not among the dead letters: {', '.join(missing)}")
    if missing:
        raise typer.Exit(Exit.PARTLY_APPLIED if gone else Exit.NOT_FOUND)


def _discard(target: Target, agent: str, ids: list[str], reason: str, *, dry_run: bool) -> tuple[list[str], list[str]]:
    try:
        body = {"reason": reason, "ids": ids, "dry_run": dry_run}
        told = target.change("POST", f"/api/ops/agents/{agent}/discard", body).fields
    except RefusedError as error:
        if error.status != NOT_FOUND:
            raise
        raise OperationError(unknown("agent", agent, AGENTS.known(target)), Exit.NOT_FOUND) from error
    return told.texts("discarded"), told.texts("missing")
