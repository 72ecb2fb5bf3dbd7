"""A real service of two instances on one file, and the command line as a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx2
import pytest

from harness.targets.child import Child
from tests.ops.conftest import OPERATOR, ROOT, VIEWER
from tests.service.process import service

PATIENCE = 120  # seconds
SYSTEM = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
BEARER = {"Authorization": f"Bearer {OPERATOR}"}
WHY = ("--reason", "a test of it")


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """Two instances."""

    addresses: list[str]
    settings: Mapping[str, str]  # the environment of both
    clients: list[httpx2.Client] = field(default_factory=list)

    def ask(self, method: str, path: str, body: object = None, *, instance: int = 0) -> httpx2.Response:
        """As an operator."""
        answer = self.clients[instance].request(method, path, json=body, headers=BEARER)
        assert answer.status_code < 300, answer.text
        return answer

    def shown(self, path: str, *, instance: int = 0) -> dict[str, Any]:
        document: dict[str, Any] = self.ask("GET", path, instance=instance).json()
        return document

    def until(self, path: str, holds: Any, *, instance: int = 0) -> dict[str, Any]:
        """What is shown there as soon as it holds."""
        give_up_at = time.monotonic() + PATIENCE
        while not holds(shown := self.shown(path, instance=instance)):
            assert time.monotonic() < give_up_at, shown
            time.sleep(0.05)
        return shown


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("fleet")
    simulator = Child("simulator", [sys.executable, "-m", "harness.simulator"], environment={}, folder=folder)
    variables = {
        "PORT": "0",
        "ENVIRONMENT": "development",
        "USE_RELIABILITY_SYSTEM": "true",
        "FAULT_INJECTION": "true",
        "OPERATOR_TOKEN": OPERATOR,
        "VIEWER_TOKEN": VIEWER,
        "OPENAI_API_KEY": "key",
        "EMBEDDING_CANARY_MODEL": "text-embedding-canary",
        "DATABASE_PATH": str(folder / "ballast.sqlite3"),
        "HEALTH_GATE_INTERVAL_SECONDS": "0.2",
        "QUEUE_MAX_RECEIVES": "1",
        "QUEUE_VISIBILITY_SECONDS": "0.5",
    }
    try:
        variables["OPENAI_BASE_URL"] = str(simulator.listening()["address"])
        with (
            service(**variables, INSTANCE_ID="main-1") as one,
            service(**variables, INSTANCE_ID="main-2") as other,
        ):
            addresses = [str(each.wait_for("listening")["address"]) for each in (one, other)]
            clients = [httpx2.Client(base_url=each, trust_env=False, timeout=PATIENCE) for each in addresses]
            fleet = Fleet(addresses=addresses, settings=variables, clients=clients)
            for instance in range(2):
                _until_ready(clients[instance])
            yield fleet
            for client in clients:
                client.close()
    finally:
        simulator.stop()


def _until_ready(client: httpx2.Client) -> None:
    give_up_at = time.monotonic() + PATIENCE
    while (answer := client.get("/health/ready")).status_code != httpx2.codes.OK:
        assert time.monotonic() < give_up_at, answer.text
        time.sleep(0.05)


@pytest.fixture
def fleet(started: Fleet) -> Iterator[Fleet]:
    """As it was before, when the test is over."""
    yield started
    told = started.shown("/api/observability/modes")
    off = {"on": False, "reason": "the test is over"}
    for mode in told["modes"]:
        if mode["in_force"]:
            started.ask("PUT", f"/api/ops/{mode['name'].replace('_', '-')}", off)
    for agent in told["agents"]:
        if agent["quarantined"]:
            started.ask("PUT", f"/api/ops/agents/{agent['name']}/quarantine", off)


@dataclass(frozen=True, kw_only=True)
class Ops:
    """The command line, at the first instance unless the variables say otherwise."""

    variables: Mapping[str, str]

    def __call__(self, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        return self.ended(self.begun(*arguments, variables=variables))

    def begun(
        self, *arguments: str, stdin: int = subprocess.DEVNULL, variables: Mapping[str, str] = MappingProxyType({})
    ) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "ops", *arguments],
            cwd=ROOT,
            env={**SYSTEM, **NO_KEYRING, "COLUMNS": "80", **self.variables, **variables},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ended(self, process: "subprocess.Popen[str]") -> "subprocess.CompletedProcess[str]":
        out, err = process.communicate(timeout=PATIENCE)
        assert "Traceback" not in err, err
        assert not any(token in out + err for token in (OPERATOR, VIEWER)), "a token was shown"
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def answered(
        self, process: "subprocess.Popen[str]", terminal: int, word: str
    ) -> "subprocess.CompletedProcess[str]":
        """What comes of a word that is typed once it is asked for: what was typed before is not taken."""
        assert process.stderr is not None
        asked = ""
        while not asked.endswith(": "):
            letter = process.stderr.read(1)
            assert letter, asked
            asked += letter
        os.write(terminal, f"{word}\n".encode())
        try:
            return self.ended(process)
        finally:
            os.close(terminal)

    def both(self, *arguments: str) -> tuple[str, dict[str, Any]]:
        """What people and programs get of the same question."""
        people, programs = self.begun(*arguments, "--output", "table"), self.begun(*arguments)
        table, document = self.ended(people), self.ended(programs)
        assert (table.returncode, document.returncode) == (0, 0), table.stderr + document.stderr
        return table.stdout, json.loads(document.stdout)


@pytest.fixture
def ops(fleet: Fleet, tmp_path: Path) -> Ops:
    return Ops(
        variables={
            "BALLAST_URL": fleet.addresses[0],
            "BALLAST_OPERATOR_TOKEN": OPERATOR,
            "BALLAST_OPERATOR": "ann",
            "XDG_CONFIG_HOME": str(tmp_path),
        }
    )
