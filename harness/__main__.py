"""`python -m harness run`: the service with its reliability layer and a simulated provider, until Ctrl-C."""

import argparse
import os
import shlex
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from harness.targets.child import ChildFailedError
from harness.targets.demo_settings import CANARY_MODEL
from harness.targets.identity import TargetRefusedError
from harness.targets.local import LocalTarget
from harness.targets.system import System

TAKEN = "\nOther ports: make run PORT=0 lets the kernel choose, make run PORT=9000 takes that one and the next."


def main(arguments: Sequence[str]) -> int:
    """Start all, print the addresses, wait; the exit code."""
    options = _parser().parse_args(arguments)
    settings = {"EMBEDDING_CANARY_MODEL": CANARY_MODEL, "DASHBOARD_FOLDER": options.dashboard}
    ports = [0 if options.port == 0 else options.port + number for number in range(options.instances)]
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts what it puts into the background deaf to Ctrl-C
        signal.signal(number, signal.default_int_handler)
    try:
        with LocalTarget(settings, ports=ports, simulator_port=options.provider_port) as target:
            system = target.start()
            variables = _variables(system, target)
            with _in_file(Path(options.variables), variables) if options.variables else nullcontext():
                sys.stdout.write(_told(system, target, options, variables))
                sys.stdout.flush()
                while not (ended := target.ended()):
                    time.sleep(0.5)
    except (ChildFailedError, TargetRefusedError) as error:
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
    run.add_argument("--instances", type=int, default=2)
    run.add_argument(
        "--dashboard", default="", metavar="FOLDER", help="where the dashboard was built; each instance shows it"
    )
    run.add_argument(
        "--variables",
        default="",
        metavar="FILE",
        help="where another terminal's variables are put; gone at the end",
    )
    run.add_argument("--provider-port", type=int, default=0, help="of the simulated provider")
    return parser


def _variables(system: System, target: LocalTarget) -> list[str]:
    """What another terminal needs to work on the system."""
    return [
        f"export BALLAST_URL={system.addresses[0]}",
        f"export BALLAST_OPERATOR_TOKEN={system.operator_token}",
        f"export BALLAST_PROVIDER={target.provider}",
        f"export BALLAST_SIMULATOR={system.simulator}",
        f"export BALLAST_DATABASE={shlex.quote(str(target.database(system.part)))}",
        f'export PATH={shlex.quote(str(Path(sys.executable).parent))}:"$PATH"',
    ]


@contextmanager
def _in_file(file: Path, variables: Sequence[str]) -> Iterator[None]:
    """For as long as the system runs, a file that a shell reads them from; its owner alone may."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as written:
        written.write("".join(f"{line}\n" for line in variables))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def _told(system: System, target: LocalTarget, options: argparse.Namespace, variables: Sequence[str]) -> str:
    in_another = [f"source {options.variables}"] if options.variables else variables
    as_json = "-H 'Content-Type: application/json'"
    return "\n".join(
        [
            *([f"dashboard {system.addresses[0]}/"] if options.dashboard else []),
            *(f"service   {address}" for address in system.addresses),
            f"provider  {target.provider} (simulated), controlled at {system.simulator}",
            f"database  {target.database(system.part)}",
            f"operator  BALLAST_OPERATOR_TOKEN{options.variables and f' in {options.variables}'}, for the page too",
            "",
            "In another terminal (docs/RELIABILITY_QUICK_START.md goes on from here):",
            *(f"  {line}" for line in in_another),
            "  ops status",
            f'  curl -s $BALLAST_URL/api/embeddings {as_json} -d \'{{"text": "hello"}}\' | cut -c -120',
            "",
            "Ctrl-C ends all.",
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
