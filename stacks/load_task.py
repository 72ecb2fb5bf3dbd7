"""A task of the load test's image."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from stacks.acknowledgement import acknowledge
from stacks.image import Image, grant_pull


class LoadTask(Construct):
    """May do nothing until it is granted; who runs it says which scenario, in the place of `command`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        image: Image,
        log: logs.LogGroup,
        cpu: int,
        command: Sequence[str],
        secrets: Mapping[str, secretsmanager.ISecret],
        variables: Mapping[str, str],
    ) -> None:
        super().__init__(scope, construct_id)
        starting = iam.Role(self, "Start", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
        grant_pull(image.repository_of(self), starting)
        log.grant_write(starting)
        self.definition = ecs.FargateTaskDefinition(
            self, "Task", cpu=cpu, memory_limit_mib=2 * cpu, execution_role=starting
        )
        container = self.definition.add_container(
            "Locust",
            image=ecs.ContainerImage.from_registry(image.uri),
            command=list(command),
            environment=dict(variables),
            secrets={name: ecs.Secret.from_secrets_manager(secret) for name, secret in secrets.items()},
            logging=ecs.LogDriver.aws_logs(log_group=log, stream_prefix=construct_id.lower()),
        )
        acknowledge(
            container, "Annotation::@aws-cdk/aws-ecs:ecrImageRequiresPolicy", "It is granted above, by the image."
        )
        acknowledge(
            self.definition,
            "AwsSolutions-ECS2",
            "What stands in the open is no secret; what is one comes from its store.",
        )
