"""The provider's simulator as a second service: embeddings that fail on command."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from stacks.compute import compute
from stacks.generated_secret import generated_secret
from stacks.image import Image
from stacks.program import Program
from stacks.provider import Provider

PORT = 8001
"""Where the simulator's image listens, for the provider's API and for the one that makes it fail."""

HEALTH_PATH = "/health/live"


class FaultLabStack(cdk.Stack):
    """One instance on the service's compute: it alone remembers what was asked of it, and which faults are set."""

    def __init__(self, scope: Construct, construct_id: str, *, image: Image, kind: str, vpc: ec2.IVpc | None) -> None:
        """`kind` is the service's compute."""
        super().__init__(scope, construct_id)
        key = generated_secret(self, "SimulatorKey", "Key that the simulator asks of the service.", kept=False)
        control = generated_secret(
            self, "SimulatorControlToken", "Bearer token with which the simulator is made to fail.", kept=False
        )
        program = Program(
            image=image,
            port=PORT,
            health_path=HEALTH_PATH,
            variables={},
            secrets={"SIMULATOR_API_KEY": key, "SIMULATOR_CONTROL_TOKEN": control},
            instances=1,
            requests_at_once=200,  # as many as the platform lets one have: a simulator that hangs holds them all
        )
        url = f"https://{compute(self, program, kind=kind, vpc=vpc).host}"
        self.provider = Provider(url=f"{url}/v1", key=key)
        cdk.CfnOutput(self, "SimulatorUrl", value=url)
        cdk.CfnOutput(self, "SimulatorControlTokenArn", value=control.secret_arn)
