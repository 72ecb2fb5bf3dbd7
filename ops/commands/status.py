"""`ops status`: what is wrong, in ten seconds."""

import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import typer

from ops.commands.asked import opened
from ops.commands.options import AnyOutputOption
from ops.diagnosis.trouble import Trouble
from ops.diagnosis.verdict import troubles, verdict
from ops.readings.board import Board, read_board, read_traffic
from ops.readings.traffic import Traffic
from ops.show.output import Output, as_json, chosen
from ops.show.status import printed
from ops.show.status import status as screen
from ops.target.context import Context
from ops.target.target import Target

MEASURED = 1.0
"""Seconds over which the traffic is measured."""

TRIES = 5
"""Second looks at the traffic, until one of them meets an instance that was met before."""


def status(ctx: typer.Context, *, output: AnyOutputOption = None) -> None:
    """What is wrong, the worst first, each with the next command and its runbook; then what is known.

    Traffic and errors are those of one second at the instance that answers; latencies of the last minute, of all.
    """
    with opened(ctx) as target:
        traffic = _measured(target)
        now = time.time()
        board = read_board(target, traffic, now=time.monotonic(), window=60.0)
        found = troubles(board, now)
        if chosen(output) is Output.JSON:
            as_json(_document(board, found, target.context, now))
        else:
            printed(screen(board, found, target.context, now), terminal=sys.stdout.isatty())


def _measured(target: Target) -> Traffic:
    traffic = Traffic()
    began = time.monotonic()
    read_traffic(target, traffic, time.monotonic)
    time.sleep(max(0.0, began + MEASURED - time.monotonic()))
    for _ in range(TRIES):
        read_traffic(target, traffic, time.monotonic)
        if traffic.rates(time.monotonic(), window=60.0):
            break
    return traffic


def _document(board: Board, found: Sequence[Trouble], context: Context, now: float) -> dict[str, Any]:
    urgency, said = verdict(found)
    return {
        "verdict": urgency or "ok",
        "sentence": said,
        "context": context.name,
        "url": context.url,
        "at": now,
        "identity": asdict(board.identity),
        "troubles": [
            {
                "urgency": trouble.urgency,
                "sentence": trouble.sentence,
                "next": context.command(*trouble.command) if trouble.command else None,
                "runbook": trouble.runbook,
            }
            for trouble in found
        ],
        "rates": asdict(board.rates) if board.rates else None,
        "measured_at": list(board.measured),
        "told_by": board.told_by,
        "unknown": board.unknown,
        **{part.replace(" ", "_"): document for part, document in board.documents.items()},
    }
