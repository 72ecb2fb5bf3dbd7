"""The service and what pushes its events to it."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from stacks import service_environment
from stacks.compute import compute
from stacks.data_stack import DataStack
from stacks.deployment import Deployment
from stacks.event_pump_function import EventPumpFunction
from stacks.provider import Provider


class ServiceStack(cdk.Stack):
    """`compute` is what runs the service; a network may be there for others alone."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        data: DataStack,
        provider: Provider,
        vpc: ec2.IVpc | None,
    ) -> None:
        super().__init__(scope, construct_id)
        program = service_environment.program(deployment, data, provider, region=self.region)
        self.compute = compute(self, program, kind=deployment.compute, vpc=vpc)
        service_environment.grant(data, self.compute.role)
        url = f"https://{self.compute.host}"
        for agent, queue in data.queues.items():
            EventPumpFunction(
                self, f"Pump-{agent}", agent=agent, queue=queue, service_url=url, token=data.internal_token
            )
        cdk.CfnOutput(self, "ServiceUrl", value=url)
        cdk.CfnOutput(self, "ServiceArn", value=self.compute.arn)
        cdk.CfnOutput(self, "ImageUri", value=deployment.image.uri)
        cdk.CfnOutput(self, "Compute", value=self.compute.kind)
