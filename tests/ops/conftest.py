"""A deployment as operators meet it: a real service behind its doors, and a played AWS that knows of it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TypeAlias

import httpx2
import pytest

from harness.targets.child import Child
from tests.ops.front import Front
from tests.ops.played_aws import ACCOUNT, IMAGE, SERVICE_ARN, PlayedAws
from tests.service.process import service

ROOT = Path(__file__).parents[2]
PATIENCE = 120  # seconds
ORIGIN_SECRET, OPERATOR, VIEWER = "origin-secret", "operator-token", "viewer-token"
BUCKET, ALARMS, BUDGET = "ballast-dashboard", ("Ballast-errors", "Ballast-latency"), "Ballast-development"
OPERATORS = f"{OPERATOR},the-token-that-comes-next"  # one is being replaced, as at any time it may be
SECRETS = {"OriginSecret": ORIGIN_SECRET, "OperatorToken": OPERATORS, "ViewerToken": VIEWER}

Ops: TypeAlias = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def played() -> Iterator[PlayedAws]:
    made = PlayedAws()
    yield made
    made.stop()


@pytest.fixture
def aws(played: PlayedAws, monkeypatch: pytest.MonkeyPatch) -> PlayedAws:
    """With nothing in it."""
    for name, value in played.environment.items():
        monkeypatch.setenv(name, value)
    played.reset()
    return played


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """The addresses of two instances of a service that allows faults, and whose breakers are quick."""
    folder = tmp_path_factory.mktemp("service")
    simulator = Child("simulator", [sys.executable, "-m", "harness.simulator"], environment={}, folder=folder)
    variables = {
        "PORT": "0",
        "ENVIRONMENT": "development",
        "USE_RELIABILITY_SYSTEM": "true",
        "FAULT_INJECTION": "true",
        "OPERATOR_TOKEN": OPERATORS,
        "VIEWER_TOKEN": VIEWER,
        "OPENAI_API_KEY": "key",
        "DATABASE_PATH": str(folder / "ballast.sqlite3"),
        "BREAKER_OPEN_SECONDS": "0.2",
        "RETRY_BACKOFF_SECONDS": "0.01",
        "HEALTH_GATE_INTERVAL_SECONDS": "0.2",
    }
    try:
        provider = str(simulator.listening()["address"])
        with (
            service(**variables, OPENAI_BASE_URL=provider) as one,
            service(**variables, OPENAI_BASE_URL=provider) as other,
        ):
            addresses = [str(each.wait_for("listening")["address"]) for each in (one, other)]
            for address in addresses:
                _until_ready(address)
            yield addresses
    finally:
        simulator.stop()


def _until_ready(address: str) -> None:
    """A gate opens after several rounds of its checks."""
    give_up_at = time.monotonic() + PATIENCE
    with httpx2.Client(base_url=address, trust_env=False, timeout=PATIENCE) as client:
        while (answer := client.get("/health/ready")).status_code != HTTPStatus.OK:
            assert time.monotonic() < give_up_at, answer.text
            time.sleep(0.05)


@dataclass(frozen=True, kw_only=True)
class Place:
    """What was deployed."""

    aws: PlayedAws
    own: Front
    edge: Front
    instances: list[str]
    outputs_file: Path

    def outputs(self) -> dict[str, dict[str, str]]:
        told: dict[str, dict[str, str]] = json.loads(self.outputs_file.read_text(encoding="utf-8"))
        return told

    def without(self, concern: str, name: str) -> None:
        """The outputs lack one."""
        told = self.outputs()
        del told[f"Ballast-development-{concern}"][name]
        self.outputs_file.write_text(json.dumps(told), encoding="utf-8")


@pytest.fixture
def place(aws: PlayedAws, running: list[str], tmp_path: Path) -> Iterator[Place]:
    """Deployed, and all is well."""
    own, edge = Front(wants=ORIGIN_SECRET), Front(adds=ORIGIN_SECRET, page=True)
    own.lead_to(*running)
    edge.lead_to(own.url.replace("https://", "http://"))
    outputs_file = tmp_path / "outputs.json"
    write_outputs(outputs_file, _secrets(aws), own.url, edge.url)
    _guards(aws)
    with own.serving(), edge.serving():
        yield Place(aws=aws, own=own, edge=edge, instances=running, outputs_file=outputs_file)


@pytest.fixture
def ops(aws: PlayedAws, tmp_path: Path) -> Ops:
    """The command line as a process of its own, in an empty folder."""

    def run(*arguments: str, folder: Path = tmp_path, **variables: str) -> "subprocess.CompletedProcess[str]":
        system = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return subprocess.run(
            [sys.executable, "-m", "ops", *arguments],
            cwd=folder,
            env={**system, "PYTHONPATH": str(ROOT), **aws.environment, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    return run


def write_outputs(file: Path, arns: Mapping[str, str], own: str, edge: str) -> None:
    """As `cdk deploy --outputs-file` does."""
    told = {
        "Data": {f"{name}Arn": arn for name, arn in arns.items()},
        "Service": {"ServiceUrl": own, "ServiceArn": SERVICE_ARN, "ImageUri": f"{IMAGE}:2", "Compute": "apprunner"},
        "Edge": {"Url": edge, "DistributionId": "E1", "DashboardBucket": BUCKET},
        "Observability": {"AlarmNames": ",".join(ALARMS), "RollbackAlarmArns": ""},
        "Guardrails": {"BudgetName": BUDGET},
    }
    file.write_text(json.dumps({f"Ballast-development-{name}": each for name, each in told.items()}), encoding="utf-8")


def _secrets(aws: PlayedAws) -> dict[str, str]:
    secrets = aws.session.client("secretsmanager")
    return {name: secrets.create_secret(Name=name, SecretString=value)["ARN"] for name, value in SECRETS.items()}


def _guards(aws: PlayedAws) -> None:
    s3 = aws.session.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    block = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
    s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=block)  # type: ignore[arg-type] # all four
    cloudwatch = aws.session.client("cloudwatch")
    for name in ALARMS:
        cloudwatch.put_metric_alarm(
            AlarmName=name, MetricName="m", Namespace="n", Period=60, Statistic="Sum", Threshold=1,
            EvaluationPeriods=1, ComparisonOperator="GreaterThanThreshold",
        )  # fmt: skip
    budget = {"BudgetName": BUDGET, "BudgetType": "COST", "TimeUnit": "MONTHLY"}
    limited = {**budget, "BudgetLimit": {"Amount": "100", "Unit": "USD"}}
    aws.session.client("budgets").create_budget(AccountId=ACCOUNT, Budget=limited)  # type: ignore[arg-type] # as it is
