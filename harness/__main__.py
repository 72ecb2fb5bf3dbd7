"""`python -m harness run`: the service with its reliability layer and a simulated provider, until Ctrl-C."""

import argparse
import shlex
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from harness.targets.child import ChildFailedError
from harness.targets.demo_settings import CANARY_MODEL
from harness.targets.identity import TargetRefusedError
from harness.targets.local import LocalTarget
from harness.targets.system import System
from harness.targets.variables_file import VariablesFileError, variables_file

TAKEN = "\nOther ports: make run PORT=0 lets the kernel choose, make run PORT=9000 takes that one and the next."


def main(arguments: Sequence[str]) -> int:
    """Start all, print the addresses, wait; the exit code."""
    options = _parser().parse_args(arguments)
    settings = {"EMBEDDING_CANARY_MODEL": CANARY_MODEL, "DASHBOARD_FOLDER": options.dashboard, **dict(options.set)}
    ports = [0 if options.port == 0 else options.port + number for number in range(options.instances)]
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts what it puts into the background deaf to Ctrl-C
        signal.signal(number, signal.default_int_handler)
    try:
        with (
            variables_file(Path(options.variables)) as variables,
            LocalTarget(settings, ports=ports) as target,
        ):
            system = target.start()
            variables.write("".join(f"{line}\n" for line in _exports(system, target)))
            variables.flush()
            sys.stdout.write(_told(system, target, options))
            sys.stdout.flush()
            while not (ended := target.ended()):
                time.sleep(0.5)
    except (ChildFailedError, TargetRefusedError, VariablesFileError) as error:
        ended = f"{error}{TAKEN if 'cannot listen' in str(error) and options.port else ''}"
    except KeyboardInterrupt:
        return 0
    sys.stderr.write(f"{ended}\n")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m harness", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="start the simulator and the service's instances")
    run.add_argument("--port", type=int, default=8000, help="of the first instance; 0 lets the kernel choose")
    run.add_argument("--instances", type=int, choices=range(1, 10), default=2, metavar="N")
    run.add_argument(
        "--dashboard", default="", metavar="FOLDER", help="where the dashboard was built; each instance shows it"
    )
    run.add_argument(
        "--variables", default=".run.env", metavar="FILE", help="what another terminal reads; gone at the end"
    )
    run.add_argument(
        "--set", action="append", default=[], type=_setting, metavar="NAME=VALUE", help="a variable of the service"
    )
    return parser


def _setting(words: str) -> tuple[str, str]:
    name, equals, value = words.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{words!r} is no setting; expected NAME=VALUE")
    return name, value


def _exports(system: System, target: LocalTarget) -> list[str]:
    """What another terminal needs to work on the system."""
    return [
        f"export BALLAST_URL={system.addresses[0]}",
        f"export BALLAST_OPERATOR_TOKEN={system.operator_token}",
        f"export BALLAST_PROVIDER={target.provider}",
        f"export BALLAST_SIMULATOR={system.simulator}",
        f"export DATABASE_PATH={shlex.quote(str(target.database(system.part)))}",
        f'export PATH={shlex.quote(str(Path(sys.executable).parent))}:"$PATH"',
    ]


def _told(system: System, target: LocalTarget, options: argparse.Namespace) -> str:
    as_json = "-H 'Content-Type: application/json'"
    return "\n".join(
        [
            *([f"dashboard {system.addresses[0]}/"] if options.dashboard else []),
            *(f"service   {address}" for address in system.addresses),
            f"provider  {target.provider} (simulated), controlled at {system.simulator}",
            f"database  {target.database(system.part)}",
            f"operator  BALLAST_OPERATOR_TOKEN in {options.variables}, for the page too",
            "",
            "In another terminal (docs/RELIABILITY_QUICK_START.md goes on from here):",
            f"  source {options.variables}",
            "  ops status",
            f'  curl -s $BALLAST_URL/api/embeddings {as_json} -d \'{{"text": "hello"}}\' | cut -c -120',
            "",
            "Ctrl-C ends all.",
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
