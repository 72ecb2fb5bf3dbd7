"""The stacks of one deployment, and the rules that they are held to."""

from pathlib import Path

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from stacks.data_stack import DataStack
from stacks.deployment import Deployment
from stacks.edge_stack import EdgeStack
from stacks.fault_lab_stack import FaultLabStack
from stacks.guardrails_stack import GuardrailsStack
from stacks.load_generators_stack import LoadGeneratorsStack
from stacks.network_stack import NetworkStack
from stacks.observability_stack import ObservabilityStack
from stacks.provider import Provider
from stacks.service_stack import ServiceStack

DASHBOARD = Path(__file__).parents[1] / "dashboard" / "dist"
"""Where `make dashboard` builds it."""


def build(app: cdk.App, deployment: Deployment, *, dashboard: Path = DASHBOARD) -> None:
    """Add the stacks to an application; a broken rule makes its synthesis fail."""
    name = deployment.stack_name
    vpc = NetworkStack(app, name("Network")).vpc if deployment.needs_network else None
    data = DataStack(app, name("Data"), deployment=deployment)
    if deployment.simulator_image:
        provider = FaultLabStack(
            app, name("FaultLab"), image=deployment.simulator_image, kind=deployment.compute, vpc=vpc
        ).provider
    else:
        provider = Provider(url=deployment.provider_url, key=data.provider_key)
    service = ServiceStack(app, name("Service"), deployment=deployment, data=data, provider=provider, vpc=vpc)
    edge = EdgeStack(
        app,
        name("Edge"),
        deployment=deployment,
        origin=service.compute.host,
        origin_secret=data.origin_secrets[deployment.origin_secret],
        dashboard=dashboard,
    )
    ObservabilityStack(app, name("Observability"), deployment=deployment, queues=data.queues, compute=service.compute)
    if deployment.budget:
        GuardrailsStack(app, name("Guardrails"), deployment=deployment, compute=service.compute)
    if deployment.loadtest_image and vpc:
        LoadGeneratorsStack(
            app,
            name("LoadGenerators"),
            image=deployment.loadtest_image,
            workers=deployment.load_generators,
            target=edge.url,
            operator_token=data.operator_token,
            vpc=vpc,
            kept=deployment.production,
        )
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
