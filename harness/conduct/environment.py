"""Where and with what a run was made: enough to repeat it, nothing secret."""

import os
import platform
import shlex
import subprocess
from argparse import Namespace
from importlib.metadata import version
from pathlib import Path

from harness.plan.scenario import Scenario
from harness.targets.kind import TargetKind
from harness.targets.local import SERVICE_COMMAND


def describe_environment(scenario: Scenario, options: Namespace, *, players: int) -> dict[str, str]:
    """Versions, machine, commit and command, by their names in the report."""
    return {
        "command": _command(scenario, options),
        "commit": _commit(),
        "target": "a remote host" if options.host else options.target,
        "load processes": str(players),
        "python": platform.python_version(),
        "locust": version("locust"),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "cpus": str(os.cpu_count()),
    }


def _command(scenario: Scenario, options: Namespace) -> str:
    words = ["locust", "-f", str(options.locustfile), "--headless", "--scenario", scenario.name]
    if options.target != TargetKind.LOCAL:
        words += ["--target", options.target]
    if options.outputs_file:
        words += ["--outputs-file", options.outputs_file]
    if options.processes:
        words += ["--processes", str(options.processes)]
    if options.service_command != shlex.join(SERVICE_COMMAND):
        words += ["--service-command", options.service_command]
    return shlex.join(words)


def _commit() -> str:
    """The commit of this checkout, and whether files differ from it; in an image, of the one that it was built from."""
    if built_from := os.environ.get("BALLAST_REVISION"):
        return built_from
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        told = subprocess.run(
            command, cwd=Path(__file__).parent, capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return told.stdout.strip()
