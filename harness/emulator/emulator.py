"""Starts the emulator and deploys into it with the CDK's own command line."""

import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self, TypeAlias

import boto3

from harness.emulator.app_runner import ACCOUNT, REGION
from harness.targets.child import Child, ChildFailedError

ROOT = Path(__file__).parents[2]
EXTENSION = Path(__file__).with_name("extension.py")
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/ballast"
"""Nothing is pulled: whatever its tag, an image is this checkout."""

START_LIMIT = 60.0  # seconds
DEPLOY_LIMIT = 300.0  # seconds
ANSWER_LIMIT = 90.0  # seconds: more than a process may take to stop and another to become healthy
POLL = 0.05  # seconds


APP = shlex.join((sys.executable, "app.py"))
"""The program that synthesizes the stacks."""

Outputs: TypeAlias = dict[str, dict[str, str]]
"""What each stack tells, by its name."""


class DeployFailedError(Exception):
    """The CDK's command line failed; the message carries what it said."""


class Emulator:
    """AWS on a free loopback port, with nothing in it; a context manager that leaves nothing behind."""

    def __init__(self, *, python: Path, instances: int = 1) -> None:
        """`python` is the interpreter of the emulator's environment; each service runs so many `instances`."""
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self._folder = Path(tempfile.mkdtemp(prefix="ballast-aws-"))
        self._synthesized = self._folder / "cdk.out"
        self._python = python
        self._instances = instances
        self._child: Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def credentials(self) -> dict[str, str]:
        """The environment of whoever uses this AWS."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def start(self) -> None:
        """Start the emulator and wait until it answers; ChildFailedError when it does not."""
        environment = {
            **self.credentials,
            "GATEWAY_PORT": str(self._port),
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "IOT_MTLS_ENABLED": "0",
            "TMPDIR": str(self._folder),  # so that all that it writes goes with it
            "BALLAST_PYTHON": sys.executable,
            "BALLAST_NODE": str(Path(sys.prefix, "bin", "node")),
            "BALLAST_INSTANCES": str(self._instances),
        }
        bind = f"127.0.0.1:{self._port}"
        command = [
            str(self._python),
            "-m",
            "hypercorn",
            f"{EXTENSION}:app",
            "-b",
            bind,
            "-w",
            "0",
        ]  # no process of its own
        self._child = Child("emulator", command, environment=environment, folder=self._folder)
        give_up_at = time.monotonic() + START_LIMIT
        while not self._answers():
            if ended := self._child.ended():
                raise ChildFailedError(ended)
            if time.monotonic() >= give_up_at:
                raise ChildFailedError(f"the emulator did not answer within {START_LIMIT:g} s")
            time.sleep(POLL)

    def bootstrap(self) -> None:
        """Make what every deployment by the CDK needs; DeployFailedError."""
        self._cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}", folder=self._folder)  # away from the app: it needs none

    def deploy(self, *, context: Mapping[str, str], stacks: Sequence[str] = ("--all",), app: str = APP) -> Outputs:
        """Deploy stacks of an app, a program or what it has synthesized; the outputs of each. DeployFailedError."""
        outputs = self._folder / "outputs.json"
        self._cdk(
            *("deploy", "--app", app, *stacks, "--concurrency", "5", "--require-approval", "never"),
            *("--outputs-file", str(outputs), *_words(context)),
        )
        said: Outputs = json.loads(outputs.read_text(encoding="utf-8"))
        return said

    def diff(self, *, context: Mapping[str, str]) -> str:
        """What another deployment would change. DeployFailedError."""
        return self._cdk("diff", "--app", APP, "--all", *_words(context))

    def destroy(self) -> None:
        """Remove every stack that was synthesized last. DeployFailedError."""
        self._cdk("destroy", "--app", str(self._synthesized), "--all", "--force")

    def app_runner(self, operation: str, **body: str) -> dict[str, Any]:
        """What App Runner's API answers; ChildFailedError when it does not, or refuses."""
        request = urllib.request.Request(
            self.url, data=json.dumps(body).encode(), headers={"X-Amz-Target": f"AppRunner.{operation}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_LIMIT) as answer:
                said: dict[str, Any] = json.load(answer)
                return said
        except OSError as error:
            raise ChildFailedError(f"the emulator did not do {operation}: {error}") from error

    def secret(self, arn: str) -> str:
        """The text of a secret."""
        client = boto3.client(
            "secretsmanager",
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=self.credentials["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.credentials["AWS_SECRET_ACCESS_KEY"],
        )
        return str(client.get_secret_value(SecretId=arn)["SecretString"])

    def ended(self) -> str:
        """A sentence when the emulator ended by itself, else an empty string."""
        return self._child.ended() if self._child else ""

    def stop(self) -> None:
        """End the emulator and what it runs, and remove its folder."""
        if self._child is not None:
            self._child.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=2):
                return True
        except OSError:
            return False

    def _cdk(self, command: str, *arguments: str, folder: Path = ROOT) -> str:
        tools = Path(sys.prefix, "bin")
        # A person's own profile and settings must not reach an account of theirs.
        theirs = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
        ours = {**self.credentials, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
        try:
            made = subprocess.run(
                [
                    *(str(tools / "cdk"), command, "--ci", "--no-notices"),
                    *arguments,
                    *(() if str(self._synthesized) in arguments else ("--output", str(self._synthesized))),
                ],
                cwd=folder,
                env={**theirs, **ours, "CDK_DISABLE_CLI_TELEMETRY": "true"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=DEPLOY_LIMIT,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            output = error.output or b""  # bytes, whatever was asked for, unless gevent ran it
            told = output if isinstance(output, str) else output.decode(errors="replace")
            raise DeployFailedError(f"cdk {command} did not end within {DEPLOY_LIMIT:g} s:\n{told[-2000:]}") from error
        if made.returncode:
            raise DeployFailedError(f"cdk {command} failed with {made.returncode}:\n{made.stdout}")
        return made.stdout


def context_of(*, provider_url: str, tag: str = "1", **more: str) -> Mapping[str, str]:
    """The context of a deployment of this checkout."""
    return {"imageUri": f"{IMAGE}:{tag}", "providerUrl": provider_url, **more}


def _words(context: Mapping[str, str]) -> list[str]:
    return [word for name, value in context.items() for word in ("-c", f"{name}={value}")]
