"""`ops watch`: the service as it goes."""

import json
import sys
import time
from typing import Annotated

import httpx2
import typer
from rich.console import Group
from rich.live import Live

from ops.commands.asked import opened
from ops.commands.options import AnyOutputOption
from ops.diagnosis.verdict import troubles
from ops.readings.watching import Look, Watching
from ops.show.board_document import board_document
from ops.show.output import Output, chosen
from ops.show.status import printed
from ops.show.table import console
from ops.show.watch import SPARK
from ops.show.watch import watch as screen
from ops.target.context import Context

TIMEOUT = httpx2.Timeout(3.0)
"""Seconds; whoever watches sees sooner that nobody answers."""

INTERVAL = 1.0
"""Seconds between two looks."""

COLUMNS = 80
"""Of the screen, where there is no terminal."""

DRAWN = 0.25
"""Seconds between two screens, so that the age of what is shown moves."""


def watch(
    ctx: typer.Context,
    *,
    once: Annotated[bool, typer.Option("--once", help="One screen, after two looks a second apart.")] = False,
    output: AnyOutputOption = None,
) -> None:
    """The service on one screen, looked at every second, until Ctrl-C. For programs: a line of JSON a look.

    Breakers and gates are those of the instance that answers; the screen says how old it is when nobody does.
    """
    with opened(ctx, timeout=TIMEOUT) as target:
        watching = Watching(target, interval=INTERVAL, seconds=SPARK)
        look = watching.look()
        try:
            if once:
                time.sleep(INTERVAL)
                look = watching.look()
            if chosen(output) is Output.JSON:
                _lines(watching, look, target.context, once=once)
            elif once:
                printed(_screen(look, target.context), width=COLUMNS)
            else:
                _live(watching, look, target.context)
        except KeyboardInterrupt:
            sys.stderr.write("\n")
        finally:
            watching.stop()


def _live(watching: Watching, look: Look, context: Context) -> None:
    watching.start()
    with Live(console=console(), screen=True, auto_refresh=False) as live:
        while True:
            live.update(_screen(watching.latest or look, context), refresh=True)
            time.sleep(DRAWN)


def _screen(look: Look, context: Context) -> Group:
    wall = time.time()
    return screen(look, troubles(look.board, wall), context, now=time.monotonic(), wall=wall)


def _lines(watching: Watching, look: Look, context: Context, *, once: bool) -> None:
    while True:
        wall = time.time()
        sys.stdout.write(f"{json.dumps(board_document(look.board, troubles(look.board, wall), context, wall))}\n")
        sys.stdout.flush()
        if once:
            return
        time.sleep(INTERVAL)
        look = watching.look()
