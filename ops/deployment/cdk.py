"""The CDK's own command line."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from ops.errors import OperationError
from ops.exit_codes import Exit

MISSING = "The CDK's command line, cdk, is missing; `make .venv/.ready` puts it into .venv/bin."
STOP_LIMIT = 10.0  # seconds from asking it to end until it is killed


def search_path() -> str:
    """Where programs are looked for: beside our Python first, as the locks name them."""
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"


def found(program: str) -> str | None:
    """The path of a program, None when there is none."""
    return shutil.which(program, path=search_path())


def deploy_command(context: Mapping[str, str], outputs_file: Path, *, approved: bool) -> list[str]:
    """The command that deploys every stack; unless `approved`, it asks before it broadens a permission."""
    approval = ["--require-approval", "never"] if approved else []
    written = ["--outputs-file", str(outputs_file)]
    return ["cdk", "deploy", "--all", "--no-notices", *approval, *written, *context_options(context)]


def context_options(context: Mapping[str, str]) -> list[str]:
    """The context as the command line takes it."""
    return [word for name, value in context.items() for word in ("-c", f"{name}={value}")]


def said(command: list[str]) -> str:
    """A command as one would type it."""
    return shlex.join(command)


def run(command: list[str], *, region: str, silent_output: bool) -> int:
    """Run it in this folder, with its output passed through; its exit code.

    With `silent_output` what it writes goes to standard error. Raises OperationError when a person stops it.
    """
    program = found(command[0])
    if program is None:
        raise OperationError(MISSING, Exit.REFUSED)
    environment = {
        **os.environ,
        "PATH": search_path(),
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "CDK_DISABLE_CLI_TELEMETRY": "true",
    }
    sys.stdout.flush()
    process = subprocess.Popen(
        [program, *command[1:]],
        env=environment,
        stdout=sys.stderr if silent_output else None,
    )
    try:
        return process.wait()
    except KeyboardInterrupt:
        _end(process)
        sentence = "Stopped. What CloudFormation has begun goes on without us: see `cdk list`, or its console."
        raise OperationError(sentence, Exit.INTERRUPTED) from None


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
