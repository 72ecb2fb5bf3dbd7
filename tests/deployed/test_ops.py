"""The operators' command line against what was really deployed: a day that goes wrong."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import boto3
import pytest

from harness.emulator.emulator import IMAGE, context_of
from ops.deployment.image_history import Deployed as Recorded
from ops.deployment.image_history import read, record
from tests.deployed.conftest import Deployed
from tests.deployed.test_emulated_deploy import until_ready

ROOT = Path(__file__).parents[2]
LIMIT = 300  # seconds


class Operator:
    """Whoever works with the deployment, by `ops` alone."""

    def __init__(self, deployed: Deployed, folder: Path) -> None:
        self._deployed = deployed
        self._folder = folder
        self.session = boto3.Session(
            aws_access_key_id="123456789012",
            aws_secret_access_key="testing",
            region_name="us-east-1",
        )

    def __call__(self, *arguments: str, app: str = "app.py") -> "subprocess.CompletedProcess[str]":
        file = self._folder / "outputs.json"
        file.write_text(json.dumps(self._deployed.outputs), encoding="utf-8")
        application = shlex.join((sys.executable, *app.split()))
        output = {"CDK_APP": application, "CDK_OUTPUT": str(self._folder / "cdk.out")}
        return subprocess.run(
            [sys.executable, "-m", "ops", *arguments, "--outputs-file", str(file)],
            cwd=ROOT,
            env={**os.environ, **self._deployed.emulator.credentials, **output},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )


@pytest.fixture(scope="module")
def operator(deployed: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """ECR has the images, as it has when somebody pushed them."""
    made = Operator(deployed, tmp_path_factory.mktemp("ops"))
    ecr = made.session.client("ecr", endpoint_url=deployed.emulator.url)
    ecr.create_repository(repositoryName="ballast")
    for tag in "0123":
        manifest = {"schemaVersion": 2, "config": {"digest": f"sha256:{tag * 64}"}}
        ecr.put_image(repositoryName="ballast", imageTag=tag, imageManifest=json.dumps(manifest))
    return made


def failed(verified: "subprocess.CompletedProcess[str]") -> dict[str, str]:
    findings = json.loads(verified.stdout)["findings"]
    return {each["name"]: each["seen"] for each in findings if each["verdict"] == "fail"}


def ready(deployed: Deployed) -> None:
    with deployed.client as client:
        until_ready(client)


def image_that_runs(deployed: Deployed) -> str:
    (service,) = deployed.emulator.app_runner("ListServices")["ServiceSummaryList"]
    return str(service["SourceConfiguration"]["ImageRepository"]["ImageIdentifier"])


def test_what_was_deployed_holds(deployed: Deployed, operator: Operator) -> None:
    ready(deployed)
    verified = operator("verify-deployment", "--output", "json")
    assert (failed(verified), verified.returncode, verified.stderr) == ({}, 0, "")


@pytest.mark.long
def test_a_rollback_brings_the_image_before_back_and_nothing_drifts(
    deployed: Deployed, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", deployed.emulator.url)
    context = {"environment": "development", "providerUrl": deployed.provider}
    for image in (f"{IMAGE}:0", image_that_runs(deployed)):  # as `ops deploy` does
        record(operator.session, "development", Recorded(image=image, context=context))
    made = operator("rollback", "--deployment", "--reason", "it is slow", "--yes", "--output", "json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["latest_deployment"]["verdict"] == "pass"
    assert image_that_runs(deployed) == f"{IMAGE}:0"
    assert read(operator.session, "development")[-1].rollback == "it is slow"
    assert "Number of stacks with differences: 0" in deployed.emulator.diff(
        context=context_of(provider_url=deployed.provider, tag="0")
    )


def test_a_deployment_that_ends_half_way_is_told_with_what_exists_and_how_to_go_on(
    deployed: Deployed, operator: Operator
) -> None:
    context = ("-c", f"imageUri={IMAGE}:3", "-c", f"providerUrl={deployed.provider}")
    made = operator("deploy", *context, "--yes", "--output", "json", app="-m tests.deployed.half_way_app")
    assert made.returncode == 7, made.stderr
    told = json.loads(made.stdout)
    by_name = {stack["name"]: stack for stack in told["stacks"]}
    assert by_name["Ballast-development-Service"]["status"] == "UPDATE_COMPLETE"  # as CloudFormation has it
    edge = by_name["Ballast-development-Edge"]
    assert (edge["status"], edge["failure"]["kind"]) == ("UPDATE_ROLLBACK_COMPLETE", "AWS::Lambda::Url")
    assert "ops deploy --outputs-file" in told["next_step"]


def test_the_revision_that_was_rolled_back_meanwhile_fails_the_verification(
    deployed: Deployed, operator: Operator
) -> None:
    ready(deployed)
    verified = operator("verify-deployment", "--output", "json")
    found = failed(verified)
    assert (set(found), verified.returncode) == ({"latest deployment"}, 10), found
    seen = found["latest deployment"]
    assert "ROLLBACK_SUCCEEDED. The revision was rolled back, although CloudFormation said success" in seen
    assert seen.endswith(f"the stacks ask for {IMAGE}:3")
