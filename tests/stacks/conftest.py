"""The templates of a deployment, synthesized once a session."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from stacks.application import build
from stacks.deployment import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/ballast:1.0"


class Synthesized:
    """The templates of one deployment, by the concern of their stack; `folder` has the files."""

    def __init__(self, folder: Path, **context: str) -> None:
        deployment = parse({"imageUri": IMAGE, **context})
        app = cdk.App(outdir=str(folder), context={"@aws-cdk/core:defaultCrossStackReferences": "strong"})
        build(app, deployment)
        app.synth()  # which raises when a rule of cdk-nag is broken
        self.folder = folder
        self._templates: Mapping[str, Template] = {
            concern: Template.from_stack(app.node.find_child(deployment.stack_name(concern)))  # type: ignore[arg-type]
            for concern in ("Data", "Service", "Edge")
        }
        self.data, self.service, self.edge = self._templates.values()

    def only(self, template: Template, kind: str) -> dict[str, Any]:
        """The properties of the one resource of a kind."""
        (resource,) = template.find_resources(kind).values()
        properties: dict[str, Any] = resource["Properties"]
        return properties


@pytest.fixture(scope="session", autouse=True)
def _node() -> None:
    """jsii runs on the Node that the lock names, whatever the system has."""
    patch = pytest.MonkeyPatch()
    patch.setenv("JSII_NODE", str(Path(sys.prefix, "bin", "node")))


@pytest.fixture(scope="session")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    return Synthesized(tmp_path_factory.mktemp("development"))


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    return Synthesized(tmp_path_factory.mktemp("production"), environment="production")
