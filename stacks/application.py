"""The stacks of one deployment, and the rules that they are held to."""

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from stacks.data_stack import DataStack
from stacks.deployment import Deployment
from stacks.edge_stack import EdgeStack
from stacks.service_stack import ServiceStack


def build(app: cdk.App, deployment: Deployment) -> None:
    """Add the stacks to an application; a broken rule makes its synthesis fail."""
    data = DataStack(app, deployment.stack_name("Data"), deployment=deployment)
    service = ServiceStack(app, deployment.stack_name("Service"), deployment=deployment, data=data)
    EdgeStack(app, deployment.stack_name("Edge"), deployment=deployment, origin=service.host)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
