"""One revision of a service of App Runner: its processes, as the template describes them. Standard library alone."""

import http.client
import os
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.error
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

LEASH = Path(__file__).parents[1] / "targets" / "leash.py"
"""Ends what it starts with us, even when we are killed."""

ROOT = Path(__file__).parents[2]
START_LIMIT = 60.0  # seconds until a process must be healthy
STOP_LIMIT = 3.0  # seconds from asking a process to end until it is killed
POLL = 0.05  # seconds

SPAWNING = ThreadPoolExecutor(1)
"""Lives as long as we do: the kernel ends what is on the leash with the thread that started it."""

Secret = Callable[[str, str], str]
"""The value of a secret, by the gateway's address and the secret's ARN."""


class UnhealthyError(Exception):
    """A revision did not come to answer its health check; the message carries its last words."""


class Revision:
    """The processes of one configuration, each on a loopback address of its own with the port of the template."""

    def __init__(self, name: str, properties: Mapping[str, Any], environment: Mapping[str, str]) -> None:
        repository = properties["SourceConfiguration"]["ImageRepository"]
        self.image = str(repository["ImageIdentifier"])
        self._name = name
        self._configuration = repository["ImageConfiguration"]
        self._check = properties["HealthCheckConfiguration"]
        self._environment = environment
        self._log = Path(tempfile.mkstemp(prefix="ballast-app-runner-", suffix=".log")[1])
        self._processes: list[subprocess.Popen[bytes]] = []
        count = int(environment.get("BALLAST_INSTANCES", "1"))
        self._hosts = [f"127.{64 + secrets.randbelow(64)}.{secrets.randbelow(256)}.{1 + n}" for n in range(count)]

    @property
    def addresses(self) -> list[str]:
        """Host and port of each process."""
        return [f"{host}:{self._configuration['Port']}" for host in self._hosts]

    def start(self, secret: Secret) -> None:
        """Start the processes, and wait until all are healthy. Raises UnhealthyError."""
        variables = self._variables(secret)
        for host in self._hosts:
            self._processes.append(self._process({**variables, "HOST": host}))
        give_up_at = time.monotonic() + START_LIMIT
        for process, host in zip(self._processes, self._hosts, strict=True):
            self._await(process, host, give_up_at)

    def stop(self) -> None:
        """End the processes."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(STOP_LIMIT)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()
        self._log.unlink(missing_ok=True)

    def _variables(self, secret: Secret) -> dict[str, str]:
        """What the template says; the secrets; and what the platform gives: credentials, and where AWS is."""
        gateway = self._environment["AWS_ENDPOINT_URL"]
        held = self._configuration.get("RuntimeEnvironmentSecrets", [])
        try:
            values = {each["Name"]: secret(gateway, each["Value"]) for each in held}
        except urllib.error.HTTPError as error:
            raise UnhealthyError(f"a secret cannot be read: {error}") from error
        given = {each["Name"]: each["Value"] for each in self._configuration.get("RuntimeEnvironmentVariables", [])}
        platform = {name: value for name, value in self._environment.items() if name.startswith("AWS_")}
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {**inherited, **platform, **given, **values}

    def _process(self, variables: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        python = self._environment["BALLAST_PYTHON"]
        command = [sys.executable, "-S", "-E", str(LEASH), str(os.getpid()), python, "-m", "service"]
        with self._log.open("ab") as log:
            return SPAWNING.submit(
                subprocess.Popen,
                command,
                cwd=ROOT,
                env=dict(variables),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            ).result()

    def _await(self, process: "subprocess.Popen[bytes]", host: str, give_up_at: float) -> None:
        failures = 0
        while time.monotonic() < give_up_at and failures < self._check["UnhealthyThreshold"]:
            if process.poll() is not None:
                raise UnhealthyError(f"it ended with {process.returncode}: {self._last_words()}")
            status = _status(host, int(self._configuration["Port"]), self._check["Path"])
            if status == http.client.OK:
                return
            failures += status is not None
            time.sleep(POLL)
        raise UnhealthyError(f"{self._check['Path']} did not answer 200: {self._last_words()}")

    def _last_words(self) -> str:
        return self._log.read_bytes()[-1000:].decode(errors="replace").strip()


def _status(host: str, port: int, path: str) -> int | None:
    """What a health check is answered; None while nobody answers."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
