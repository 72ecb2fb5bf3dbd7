"""`python -m harness run`: the service with its reliability layer and a simulated provider, until Ctrl-C."""

import argparse
import signal
import sys
import time
from collections.abc import Sequence

from harness.targets.child import ChildFailedError
from harness.targets.demo_settings import CANARY_MODEL
from harness.targets.identity import TargetRefusedError
from harness.targets.local import LocalTarget
from harness.targets.system import System


def main(arguments: Sequence[str]) -> int:
    """Start all, print the addresses, wait; the exit code."""
    options = _parser().parse_args(arguments)
    settings = {"EMBEDDING_CANARY_MODEL": CANARY_MODEL, "DASHBOARD_FOLDER": options.dashboard}
    ports = [0 if options.port == 0 else options.port + number for number in range(options.instances)]
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts what it puts into the background deaf to Ctrl-C
        signal.signal(number, signal.default_int_handler)
    try:
        with LocalTarget(settings, ports=ports, simulator_port=options.provider_port) as target:
            sys.stdout.write(_told(target.start(), target, dashboard=bool(options.dashboard)))
            sys.stdout.flush()
            while not (ended := target.ended()):
                time.sleep(0.5)
    except (ChildFailedError, TargetRefusedError) as error:
        ended = str(error)
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
    run.add_argument("--provider-port", type=int, default=0, help="of the simulated provider")
    return parser


def _told(system: System, target: LocalTarget, *, dashboard: bool) -> str:
    first = system.addresses[0]
    as_json = "-H 'Content-Type: application/json'"
    return "\n".join(
        [
            *([f"dashboard {first}/"] if dashboard else []),
            *(f"service   {address}" for address in system.addresses),
            f"provider  {target.provider} (simulated), controlled at {system.simulator}",
            f"operator  token {system.operator_token}",
            f"database  {target.database(system.part)}",
            "",
            "Look at it as an operator does (docs/ops.md), in another terminal:",
            f"  export PATH=$PWD/.venv/bin:$PATH BALLAST_URL={first} BALLAST_OPERATOR_TOKEN={system.operator_token}",
            "  ops status",
            "",
            "Ask for an embedding, make the provider fail for 30 seconds, look at the breakers:",
            f'  curl -s {first}/api/embeddings {as_json} -d \'{{"text": "hello"}}\' | cut -c -120',
            f'  curl -s -X PUT \'{system.simulator}/faults/*\' -d \'{{"mode": "error", "seconds": 30}}\'',
            f"  curl -s {first}/api/observability/circuit-breakers",
            "",
            f"Roll out {CANARY_MODEL} to a part of the callers, and look at it:",
            f"  curl -s -X POST {first}/api/ops/rollouts/embeddings/start {as_json} \\",
            f"    -H 'Authorization: Bearer {system.operator_token}' -d '{{\"reason\": \"try it\"}}'",
            f"  curl -s {first}/api/observability/rollouts",
            "",
            "Ctrl-C ends all.",
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
