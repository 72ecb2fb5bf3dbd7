"""`python -m harness.emulator`: deploy the stacks into an emulated AWS, and keep it until Ctrl-C."""

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from harness.emulator.emulator import DeployFailedError, Emulator, Outputs, context_of
from harness.targets.child import Child, ChildFailedError
from harness.targets.identity import plain_on_loopback
from harness.targets.local import SIMULATOR_COMMAND


def main(arguments: Sequence[str]) -> int:
    """Deploy, print where everything is, wait; the exit code."""
    options = _parser().parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts what it puts into the background deaf to Ctrl-C
        signal.signal(number, signal.default_int_handler)
    try:
        with tempfile.TemporaryDirectory(prefix="ballast-") as folder:
            simulator = Child("simulator", SIMULATOR_COMMAND, environment={}, folder=Path(folder))
            try:
                _deployed(str(simulator.listening()["address"]), options)
            finally:
                simulator.stop()
    except (ChildFailedError, DeployFailedError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def _deployed(provider: str, options: argparse.Namespace) -> None:
    with Emulator(python=options.python, instances=options.instances) as emulator:
        began = time.monotonic()
        emulator.start()
        emulator.bootstrap()
        _say(f"the emulator answers at {emulator.url}; deploying")
        outputs = emulator.deploy(context=context_of(provider_url=provider))
        _say(f"deployed in {time.monotonic() - began:.0f} s")
        _say(_told(outputs, emulator))
        while not options.once:
            time.sleep(0.5)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m harness.emulator", description=__doc__)
    parser.add_argument("--python", type=Path, required=True, help="of the emulator's own environment")
    parser.add_argument("--instances", type=int, default=1, help="of the service")
    parser.add_argument("--once", action="store_true", help="deploy, print, and stop")
    return parser


def _told(outputs: Outputs, emulator: Emulator) -> str:
    said = [
        f"{stack}.{name} = {value}"
        for stack, values in outputs.items()
        for name, value in values.items()
        if not name.startswith("ExportsOutput")  # what one stack tells another
    ]
    service = next(values["ServiceUrl"] for values in outputs.values() if "ServiceUrl" in values)
    address = plain_on_loopback(service)
    settings = " ".join(f"{name}={value}" for name, value in emulator.credentials.items())
    return "\n".join(
        [
            *said,
            "",
            "Ask the service, which is reached without TLS here:",
            f"  curl -s {address}/health",
            "",
            "Ask this AWS, with any of its tools:",
            f"  {settings} .venv/bin/cdk list -c imageUri=…",
            "",
            "Ctrl-C ends all.",
        ]
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
