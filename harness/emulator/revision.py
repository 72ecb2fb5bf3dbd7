"""One revision of a service in containers: its processes, as the template describes them. Standard library alone."""

import http.client
import os
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.error
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness.emulator.launch import Launch

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
    """The processes of one launch, each on a loopback address of its own with the port of the template."""

    def __init__(self, name: str, launch: Launch, environment: Mapping[str, str]) -> None:
        self.launch = launch
        self._name = name
        self._environment = environment
        descriptor, log = tempfile.mkstemp(prefix="ballast-app-runner-", suffix=".log")
        os.close(descriptor)
        self._log = Path(log)
        count = 1 if launch.simulates else int(environment.get("BALLAST_INSTANCES", "1"))
        self._hosts = [f"127.{64 + secrets.randbelow(64)}.{secrets.randbelow(256)}.{1 + n}" for n in range(count)]
        self._processes: dict[str, subprocess.Popen[bytes]] = {}  # by host

    @property
    def addresses(self) -> list[str]:
        """Host and port of each process."""
        return [f"{host}:{self.launch.port}" for host in self._hosts]

    def start(self, secret: Secret) -> None:
        """Start the processes, and wait until all are healthy. Raises UnhealthyError."""
        self._start(self._hosts, secret)

    def restart(self, number: int, secret: Secret) -> None:
        """Put another process in the place of one, counted from 1. Raises UnhealthyError."""
        host = self._hosts[number - 1]
        _end([self._processes.pop(host)])
        self._start([host], secret)

    def stop(self) -> None:
        """End the processes."""
        _end(list(self._processes.values()))
        self._processes.clear()
        self._log.unlink(missing_ok=True)

    def _start(self, hosts: Sequence[str], secret: Secret) -> None:
        variables = self._variables(secret)
        for host in hosts:
            # The two that no template can know: each process has its place on this one machine.
            here = {"HOST": host, "INSTANCE_ID": f"instance-{1 + self._hosts.index(host)}"}
            self._processes[host] = self._process({**variables, **here})
        give_up_at = time.monotonic() + START_LIMIT
        for host in hosts:
            self._await(host, give_up_at)

    def _variables(self, secret: Secret) -> dict[str, str]:
        """What the template says; the secrets; and what the platform gives: credentials, and where AWS is."""
        gateway = self._environment["AWS_ENDPOINT_URL"]
        try:
            held = {name: secret(gateway, arn) for name, arn in self.launch.secrets.items()}
        except urllib.error.HTTPError as error:
            raise UnhealthyError(f"a secret cannot be read: {error}") from error
        platform = {name: value for name, value in self._environment.items() if name.startswith("AWS_")}
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {**inherited, **platform, **self.launch.variables, **held}

    def _process(self, variables: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        leash = [sys.executable, "-S", "-E", str(LEASH), str(os.getpid())]
        with self._log.open("ab") as log:
            return SPAWNING.submit(
                subprocess.Popen,
                [*leash, self._environment["BALLAST_PYTHON"], *self._program(variables)],
                cwd=ROOT,
                env=dict(variables),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            ).result()

    def _program(self, variables: Mapping[str, str]) -> list[str]:
        """What the image runs."""
        if not self.launch.simulates:
            return ["-m", "service"]
        return ["-m", "harness.simulator", "--host", variables["HOST"], "--port", str(self.launch.port), "--one-port"]

    def _await(self, host: str, give_up_at: float) -> None:
        failures, process = 0, self._processes[host]
        while time.monotonic() < give_up_at and failures < self.launch.unhealthy_threshold:
            if process.poll() is not None:
                raise UnhealthyError(f"it ended with {process.returncode}: {self._last_words()}")
            status = _status(host, self.launch.port, self.launch.health_path)
            if status == http.client.OK:
                return
            failures += status is not None
            time.sleep(POLL)
        raise UnhealthyError(f"{self.launch.health_path} did not answer 200: {self._last_words()}")

    def _last_words(self) -> str:
        return self._log.read_bytes()[-1000:].decode(errors="replace").strip()


def _end(processes: Sequence["subprocess.Popen[bytes]"]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


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
