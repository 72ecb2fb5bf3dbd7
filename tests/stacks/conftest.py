"""The templates of a deployment, synthesized once a session."""

from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from stacks.application import build
from stacks.deployment import parse

IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/ballast:1.0"
SIMULATOR_IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/simulator:1.0"
LOADTEST_IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/loadtest:1.0"
WEBHOOK = {
    f"webhook{part}Arn": f"arn:aws:secretsmanager:eu-west-1:123456789012:secret:webhook-{part.lower()}-a1B2c3"
    for part in ("Url", "Secret")
}
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000"


class Synthesized:
    """The templates of one deployment, by the concern of their stack; `protected` are those that cannot be deleted."""

    def __init__(self, folder: Path, **context: str) -> None:
        deployment = parse({"imageUri": IMAGE, **context})
        app = cdk.App(outdir=str(folder), context={"@aws-cdk/core:defaultCrossStackReferences": "strong"})
        dashboard = folder / "dashboard"
        dashboard.mkdir()
        (dashboard / "index.html").write_text("<!doctype html>")
        build(app, deployment, dashboard=dashboard)
        app.synth()  # which raises when a rule of cdk-nag is broken
        self.folder = folder
        stacks = {
            str(stack.node.id).rpartition("-")[2]: stack for stack in app.node.children if isinstance(stack, cdk.Stack)
        }
        self.protected = {concern for concern, stack in stacks.items() if stack.termination_protection}
        self._templates = {concern: Template.from_stack(stack) for concern, stack in stacks.items()}
        self.data, self.service, self.edge = (self._templates[each] for each in ("Data", "Service", "Edge"))

    def of(self, concern: str) -> Template:
        """The template of a stack that not every deployment has."""
        return self._templates[concern]

    @property
    def concerns(self) -> set[str]:
        """Of its stacks."""
        return set(self._templates)

    def has(self, concern: str) -> bool:
        """Whether there is such a stack."""
        return concern in self._templates

    def only(self, template: Template, kind: str) -> dict[str, Any]:
        """The properties of the one resource of a kind."""
        (resource,) = template.find_resources(kind).values()
        properties: dict[str, Any] = resource["Properties"]
        return properties


@pytest.fixture(scope="session")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    return Synthesized(tmp_path_factory.mktemp("development"))


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    return Synthesized(
        tmp_path_factory.mktemp("production"),
        environment="production",
        domainName="ballast.example.org",
        certificateArn=CERTIFICATE,
        alarmEmail="sre@example.org",
        budget="250",
        **WEBHOOK,
    )


@pytest.fixture(scope="session")
def express(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    return Synthesized(tmp_path_factory.mktemp("express"), compute="express")


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """What is off by default."""
    return Synthesized(
        tmp_path_factory.mktemp("lab"),
        environment="lab",
        allowLoadTests="true",
        canaryModel="text-embedding-3-large",
        originSecret="b",
        budget="0",
        faultLab="true",
        simulatorImageUri=SIMULATOR_IMAGE,
        loadGenerators="20",
        loadtestImageUri=LOADTEST_IMAGE,
    )
