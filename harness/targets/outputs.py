"""What a deployment by the CDK tells of itself: the file that `cdk deploy --outputs-file` writes, and its secrets."""

import dataclasses
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import boto3
import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from harness.targets.identity import plain_on_loopback

Outputs: TypeAlias = Mapping[str, Mapping[str, str]]
"""What each stack tells, by its name."""


class OutputsError(Exception):
    """What a deployment tells is not usable; the message says what is missing and where."""


def secret_by_own_credentials(arn: str) -> str:
    """The text of a secret, as whoever runs this may read it. Raises OutputsError."""
    try:
        session = boto3.Session(region_name=_region(arn))
        return str(session.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])
    except (BotoCoreError, ClientError) as error:
        raise OutputsError(f"the secret {arn} cannot be read: {error}") from error


def _region(arn: str) -> str | None:
    """That of the secret; where its name alone is known, the CDK's variable, which boto3 does not read."""
    return arn.split(":")[3] if arn.startswith("arn:") else os.environ.get("AWS_REGION")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Deployment:
    """One deployment. Each property raises OutputsError when there is no such output."""

    source: str  # where the outputs come from, for a person
    outputs: Outputs
    secret: Callable[[str], str] = secret_by_own_credentials  # the text of one, by its ARN

    @property
    def edge(self) -> str:
        """The address that callers use."""
        return plain_on_loopback(self.output("Url"))

    @property
    def service(self) -> str:
        """The address that the platform gave, past the edge."""
        return plain_on_loopback(self.output("ServiceUrl"))

    @property
    def service_arn(self) -> str:
        """The service on its platform."""
        return self.output("ServiceArn")

    @property
    def operator_token(self) -> str:
        """Whoever holds it may set faults; of two, of which one takes the other's place, the first."""
        return self.secret(self.output("OperatorTokenArn")).partition(",")[0]

    @property
    def origin_headers(self) -> Mapping[str, str]:
        """What the edge adds to each request, and whoever goes past it must."""
        return {"X-Origin-Secret": self.secret(self.output("OriginSecretArn"))}

    @property
    def simulator(self) -> tuple[str, str] | None:
        """The control address of the simulated provider and its token; None where a real one is used."""
        if self._find("SimulatorUrl") is None:
            return None
        address = plain_on_loopback(self.output("SimulatorUrl"))
        return f"{address}/control", self.secret(self.output("SimulatorControlTokenArn"))

    def output(self, name: str) -> str:
        """The output of whichever stack has it."""
        found = self._find(name)
        if found is None:
            raise OutputsError(f"{self.source} has no output {name}; expected those of `cdk deploy --all`")
        return found

    def _find(self, name: str) -> str | None:
        return next((values[name] for values in self.outputs.values() if name in values), None)


def deployment_in(file: Path) -> Deployment:
    """The deployment that a file of outputs tells of.

    Raises:
        OutputsError: it is no such file, or one of several deployments.
    """
    try:
        outputs = msgspec.json.decode(file.read_bytes(), type=dict[str, dict[str, str]])
    except OSError as error:
        raise OutputsError(f"{file} cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise OutputsError(
            f"{file} is no file of outputs, as `cdk deploy --outputs-file` writes it: {error}"
        ) from error
    environments = sorted({stack.rpartition("-")[0] for stack in outputs})
    if len(environments) != 1:
        told = ", ".join(environments) or "none"
        raise OutputsError(f"{file} tells of the deployments: {told}; expected one, as `cdk deploy --all` writes it")
    return Deployment(source=str(file), outputs=outputs)
