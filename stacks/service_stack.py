"""The service and what pushes its events to it."""

import aws_cdk as cdk
from constructs import Construct

from stacks.app_runner import AppRunner
from stacks.data_stack import DataStack
from stacks.deployment import Deployment
from stacks.event_pump_function import EventPumpFunction


class ServiceStack(cdk.Stack):
    """`host` is the name under which the service is reached by HTTPS."""

    def __init__(self, scope: Construct, construct_id: str, *, deployment: Deployment, data: DataStack) -> None:
        super().__init__(scope, construct_id)
        compute = AppRunner(self, "AppRunner", deployment=deployment, data=data)
        self.host = compute.host
        for agent, queue in data.queues.items():
            EventPumpFunction(
                self,
                f"Pump-{agent}",
                agent=agent,
                queue=queue,
                service_url=f"https://{self.host}",
                token=data.internal_token,
            )
        cdk.CfnOutput(self, "ServiceUrl", value=f"https://{self.host}")
        cdk.CfnOutput(self, "ServiceArn", value=compute.arn)
        cdk.CfnOutput(self, "ImageUri", value=deployment.image.uri)
