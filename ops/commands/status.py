"""`ops status`: what is wrong, in ten seconds."""

import time

import typer

from ops.commands.asked import opened
from ops.commands.options import AnyOutputOption
from ops.diagnosis.verdict import troubles
from ops.readings.board import read_board, read_traffic
from ops.readings.journal import Journals
from ops.readings.traffic import Traffic
from ops.show.board_document import board_document
from ops.show.output import Output, as_json, chosen
from ops.show.status import printed
from ops.show.status import status as screen
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
        traffic = measured(target)
        now = time.time()
        board = read_board(target, traffic, Journals(), now=time.monotonic(), window=60.0)
        found = troubles(board, now)
        if chosen(output) is Output.JSON:
            as_json(board_document(board, found, target.context, now))
        else:
            printed(screen(board, found, target.context, now))


def measured(target: Target) -> Traffic:
    """The traffic of a second. Raises OperationError."""
    traffic = Traffic()
    began = time.monotonic()
    read_traffic(target, traffic, time.monotonic)
    time.sleep(max(0.0, began + MEASURED - time.monotonic()))
    for _ in range(TRIES):
        read_traffic(target, traffic, time.monotonic)
        if traffic.rates(time.monotonic(), window=60.0):
            break
    return traffic
