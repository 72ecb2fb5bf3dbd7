"""The stacks with one thing wrong, each as a patch; and their synthesis in this process."""

from collections.abc import Callable, Mapping
from pathlib import Path

import aws_cdk as cdk
import pytest

from stacks import service_environment
from stacks.application import build
from stacks.deployment import parse

ENVIRONMENT = "stacks.service_environment"


def wrong_health_path(patch: pytest.MonkeyPatch) -> None:
    """The platform asks for what the service does not have."""
    patch.setattr(f"{ENVIRONMENT}.HEALTH_PATH", "/health/alive")


def misspelt_variable(patch: pytest.MonkeyPatch) -> None:
    """A place that the service needs beside the others comes under another name."""
    variables = service_environment.variables

    def misspelt(*arguments: object, **named: object) -> dict[str, str]:
        made = variables(*arguments, **named)  # type: ignore[arg-type] # as it was called
        made["CONTROL_TABEL"] = made.pop("CONTROL_TABLE")
        return made

    patch.setattr(f"{ENVIRONMENT}.variables", misspelt)


def missing_secret(patch: pytest.MonkeyPatch) -> None:
    """The provider's key does not reach the service."""
    secrets = service_environment.secrets

    def without_key(*arguments: object) -> dict[str, object]:
        made = secrets(*arguments)  # type: ignore[arg-type] # as it was called
        return {name: secret for name, secret in made.items() if name != "OPENAI_API_KEY"}

    patch.setattr(f"{ENVIRONMENT}.secrets", without_key)


def wrong_table(patch: pytest.MonkeyPatch) -> None:
    """The service is told a table that is not the one it may use."""
    variables = service_environment.variables

    def elsewhere(*arguments: object, **named: object) -> dict[str, str]:
        made = variables(*arguments, **named)  # type: ignore[arg-type] # as it was called
        return {**made, "DOCUMENTS_TABLE": "documents"}

    patch.setattr(f"{ENVIRONMENT}.variables", elsewhere)


DEFECTS: Mapping[str, Callable[[pytest.MonkeyPatch], None]] = {
    defect.__name__: defect for defect in (wrong_health_path, misspelt_variable, missing_secret, wrong_table)
}


def synthesized(folder: Path, context: Mapping[str, str]) -> str:
    """Where the stacks of a context are, as the CDK's command line takes them."""
    app = cdk.App(outdir=str(folder), context={"@aws-cdk/core:defaultCrossStackReferences": "strong"})
    build(app, parse(context))
    app.synth()
    return str(folder)
