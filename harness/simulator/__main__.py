"""`python -m harness.simulator`: run until SIGTERM or Ctrl-C.

`SIMULATOR_API_KEY` and `SIMULATOR_CONTROL_TOKEN` come from the environment, where no list of processes shows them.
"""

import argparse
import asyncio
import json
import os
import resource
import signal
import sys
from collections.abc import Mapping, Sequence

import uvloop

from harness.simulator.settings import LOOPBACK, InvalidSettingsError, SimulatorSettings
from harness.simulator.simulator import running
from harness.variables import SIMULATOR, misspelt

_USAGE = 2
_MOST_CONNECTIONS = 65_536


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run the simulator; the exit code."""
    sys.stderr.writelines(f"harness.simulator: {hint}\n" for hint in misspelt(environ, SIMULATOR))
    try:
        settings = _settings(arguments, environ)
        _allow_many_connections()
        uvloop.run(_run(settings))
    except InvalidSettingsError as error:
        sys.stderr.write("".join(f"harness.simulator: {problem}\n" for problem in error.problems))
        return _USAGE
    except OSError as error:
        sys.stderr.write(f"harness.simulator: {error.strerror or error}\n")
        return _USAGE
    return 0


async def _run(settings: SimulatorSettings) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with running(settings) as simulator:
        line = {"event": "listening", "address": simulator.address, "control": simulator.control}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        await ended.wait()


def _allow_many_connections() -> None:
    # A hang holds a connection for each attempt; the usual soft limit of 1,024 files would refuse the rest.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MOST_CONNECTIONS if hard == resource.RLIM_INFINITY else min(hard, _MOST_CONNECTIONS)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))


def _settings(arguments: Sequence[str], environ: Mapping[str, str]) -> SimulatorSettings:
    parser = argparse.ArgumentParser(
        prog="python -m harness.simulator",
        description="An OpenAI-compatible embeddings server that fails on demand and remembers every attempt.",
    )
    parser.add_argument("--host", default=LOOPBACK, help="IPv4 address to listen on")
    parser.add_argument("--port", type=int, default=0, help="of the provider; 0 lets the kernel choose")
    parser.add_argument(
        "--one-port", action="store_true", help="the control API under /control of the provider's port; none is closed"
    )
    parser.add_argument("--control-port", type=int, default=0, help="of the control API; 0 lets the kernel choose")
    parser.add_argument("--seed", type=int, default=1, help="of latencies and vectors")
    parser.add_argument("--latency-median-ms", type=float, default=20.0, help="the 99th percentile is three times it")
    options = parser.parse_args(arguments)
    return SimulatorSettings(
        host=options.host,
        port=options.port,
        one_port=options.one_port,
        api_key=environ.get("SIMULATOR_API_KEY", ""),
        control_token=environ.get("SIMULATOR_CONTROL_TOKEN", ""),
        control_port=options.control_port,
        seed=options.seed,
        latency_median=options.latency_median_ms / 1000,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
