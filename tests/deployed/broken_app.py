"""The application with one thing of its stacks wrong: `python -m tests.deployed.broken_app DEFECT`."""

import sys
from collections.abc import Callable, Mapping

import aws_cdk as cdk

from stacks import service_environment
from stacks.application import build
from stacks.deployment import parse


def wrong_health_path() -> None:
    """The platform asks for what the service does not have."""
    service_environment.HEALTH_PATH = "/health/alive"


def misspelt_variable() -> None:
    """A place that the service needs beside the others comes under another name."""
    variables = service_environment.variables

    def misspelt(*arguments: object, **named: object) -> dict[str, str]:
        made = variables(*arguments, **named)  # type: ignore[arg-type] # as it was called
        made["CONTROL_TABEL"] = made.pop("CONTROL_TABLE")
        return made

    service_environment.variables = misspelt


def missing_secret() -> None:
    """The provider's key does not reach the service."""
    secrets = service_environment.secrets
    service_environment.secrets = lambda *arguments: {
        name: secret for name, secret in secrets(*arguments).items() if name != "OPENAI_API_KEY"
    }


def wrong_table() -> None:
    """The service is told a table that is not the one it may use."""
    variables = service_environment.variables
    service_environment.variables = lambda *arguments, **named: {
        **variables(*arguments, **named),
        "DOCUMENTS_TABLE": "documents",
    }


DEFECTS: Mapping[str, Callable[[], None]] = {
    defect.__name__: defect for defect in (wrong_health_path, misspelt_variable, missing_secret, wrong_table)
}

if __name__ == "__main__":
    DEFECTS[sys.argv[1]]()
    app = cdk.App()
    build(app, parse(app.node.get_all_context()))
    app.synth()
