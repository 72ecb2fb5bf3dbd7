"""`python -m service [serve]`: exit 2 when the settings are wrong, 3 when it cannot start, 0 after a drain."""

import asyncio
import gc
import socket
import sys
from collections.abc import Mapping, Sequence

import uvloop

from service.app import create_app
from service.commands.exit_codes import ServeExit
from service.settings.settings import Settings, SettingsError, misspelt
from service.web.journal import Type
from service.web.line_writer import LineWriter
from service.web.log import LOGGER, log_to
from service.web.server import Server, bind, loopback_address

COLLECTED_AFTER = (50_000, 20, 50)
"""As `gc.set_threshold`: a request leaves next to no cycles, so looking for them at every 700 objects is wasted."""


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run the service until it is asked to stop; the exit code."""
    if arguments:
        sys.stderr.write(f"serve takes no arguments; got {' '.join(arguments)}\n")
        return ServeExit.USAGE
    with LineWriter(sys.stdout.fileno()) as lines:
        log_to(lines)
        return _run(environ)


def _run(environ: Mapping[str, str]) -> int:
    try:
        settings = Settings.from_environment(environ)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return ServeExit.USAGE
    for hint in misspelt(environ):
        LOGGER.warning("unknown_variable", extra={"fields": {"reason": hint}})
    try:
        bound = bind(settings.host, settings.port)
    except OSError as error:
        sys.stderr.write(f"cannot listen on {settings.host}:{settings.port}: {error.strerror}\n")
        return ServeExit.CANNOT_START
    return _serve(settings, bound)


def _serve(settings: Settings, bound: socket.socket) -> int:
    app = create_app(settings)
    state = app.state

    def tell_that_it_listens() -> None:
        address = loopback_address(bound)
        state.listener.listening(address, server.open_connections)
        fields = {
            "address": address,
            "instance": state.identity.instance,
            "boot_id": state.identity.boot_id,
            "reliability": state.identity.reliability,
        }
        LOGGER.info("listening", extra={"fields": fields})

    def tell_that_it_drains() -> None:
        state.listener.draining()
        state.journal.record(Type.INSTANCE_DRAINING, state.identity.instance, "asked to stop")
        LOGGER.info("draining", extra={"fields": {"instance": state.identity.instance}})

    server = Server(app, drain=settings.drain, on_listening=tell_that_it_listens, on_draining=tell_that_it_drains)
    gc.freeze()  # what is imported lives as long as the process: spare each collection from walking through it
    gc.set_threshold(*COLLECTED_AFTER)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(server.serve([bound]))
    return ServeExit.DONE
