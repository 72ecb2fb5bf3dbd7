"""The stacks, deployed by the CDK's own command line into an emulator whose App Runner runs the service."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from harness.emulator.emulator import Emulator, Outputs, context_of
from harness.targets.child import Child
from harness.targets.outputs import Deployment

PYTHON = Path(__file__).parents[2] / ".venv-emulator/bin/python"


@dataclass(kw_only=True)
class Deployed:
    """What was deployed last, and where."""

    emulator: Emulator
    provider: str
    outputs: Outputs

    @property
    def told(self) -> Deployment:
        return Deployment(source="the emulated deployment", outputs=self.outputs, secret=self.emulator.secret)

    @property
    def client(self) -> httpx2.Client:
        """Asks as a caller does, through the edge, without a token."""
        return httpx2.Client(base_url=self.told.edge, timeout=10, trust_env=False)

    @property
    def past_the_edge(self) -> httpx2.Client:
        """Asks the service where the platform has it."""
        return httpx2.Client(base_url=self.told.service, timeout=10, trust_env=False)

    def bearer(self, output: str) -> dict[str, str]:
        """The header that carries a token, found as an operator finds it."""
        return {"Authorization": f"Bearer {self.emulator.secret(self.told.output(output))}"}

    def operations(self) -> list[tuple[str, str]]:
        """Type and status of App Runner's operations, newest first."""
        listed = self.emulator.app_runner("ListOperations", ServiceArn=self.told.service_arn)["OperationSummaryList"]
        return [(operation["Type"], operation["Status"]) for operation in listed]


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a simulated provider."""
    if not PYTHON.exists():
        pytest.skip(f"there is no {PYTHON}; make test makes it")
    simulator = Child(
        "simulator", [sys.executable, "-m", "harness.simulator"], environment={}, folder=tmp_path_factory.mktemp("sim")
    )
    try:
        yield str(simulator.listening()["address"])
    finally:
        simulator.stop()


@pytest.fixture(scope="session")
def deployed(provider: str) -> Iterator[Deployed]:
    with Emulator(python=PYTHON) as emulator:
        emulator.start()
        emulator.bootstrap()
        outputs = emulator.deploy(context=context_of(provider_url=provider))
        yield Deployed(emulator=emulator, provider=provider, outputs=outputs)
