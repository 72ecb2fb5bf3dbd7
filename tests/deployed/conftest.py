"""The stacks, deployed by the CDK's own command line into an emulator whose App Runner runs the service."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import httpx2
import pytest

from harness.emulator.emulator import Emulator, Outputs
from harness.targets.child import Child

PYTHON = Path(__file__).parents[2] / ".venv-emulator/bin/python"


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """What was deployed, and where."""

    emulator: Emulator
    provider: str
    outputs: Outputs

    @property
    def client(self) -> httpx2.Client:
        """Asks the service, without a token."""
        address = self.outputs["Ballast-development-Service"]["ServiceUrl"].replace("https://", "http://")
        return httpx2.Client(base_url=address, timeout=10, trust_env=False)

    def bearer(self, secret: str) -> dict[str, str]:
        """The header that carries a token, found as an operator finds it."""
        arn = self.outputs["Ballast-development-Data"][f"{secret}Arn"]
        client = boto3.client(
            "secretsmanager",
            endpoint_url=self.emulator.url,
            region_name="us-east-1",
            aws_access_key_id="123456789012",
            aws_secret_access_key="testing",  # noqa: S106 - the emulator's
        )
        return {"Authorization": f"Bearer {client.get_secret_value(SecretId=arn)['SecretString']}"}

    def operations(self) -> list[tuple[str, str]]:
        """Type and status of App Runner's operations, newest first."""
        arn = self.outputs["Ballast-development-Service"]["ServiceArn"]
        listed = self.emulator.app_runner("ListOperations", ServiceArn=arn)["OperationSummaryList"]
        return [(operation["Type"], operation["Status"]) for operation in listed]


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    if not PYTHON.exists():
        pytest.skip(f"there is no {PYTHON}; make test makes it")
    simulator = Child(
        "simulator", [sys.executable, "-m", "harness.simulator"], environment={}, folder=tmp_path_factory.mktemp("sim")
    )
    try:
        provider = str(simulator.listening()["address"])
        with Emulator(python=PYTHON) as emulator:
            emulator.start()
            emulator.bootstrap()
            outputs = emulator.deploy(provider_url=provider)
            yield Deployed(emulator=emulator, provider=provider, outputs=outputs)
    finally:
        simulator.stop()
