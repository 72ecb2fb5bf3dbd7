"""A program on App Runner."""

from aws_cdk import aws_apprunner as apprunner
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.image import Image, grant_pull
from stacks.program import Program
from stacks.signals import MINUTE, Signals, of_app_runner


class AppRunner(Construct):
    """Scaled by load; a revision that is not healthy gives way to the one before it."""

    kind = "apprunner"

    def __init__(self, scope: Construct, construct_id: str, *, program: Program) -> None:
        super().__init__(scope, construct_id)
        pulling = self._role_that_pulls(program.image)
        self.role = iam.Role(self, "Instance", assumed_by=iam.ServicePrincipal("tasks.apprunner.amazonaws.com"))
        for secret in program.secrets.values():
            secret.grant_read(self.role)
        scaling = apprunner.CfnAutoScalingConfiguration(
            self, "Scaling", min_size=1, max_size=program.instances, max_concurrency=program.requests_at_once
        )
        service = apprunner.CfnService(
            self,
            "Service",
            source_configuration=apprunner.CfnService.SourceConfigurationProperty(
                authentication_configuration=apprunner.CfnService.AuthenticationConfigurationProperty(
                    access_role_arn=pulling.role_arn
                ),
                auto_deployments_enabled=False,  # a pushed tag alone must not change what runs
                image_repository=apprunner.CfnService.ImageRepositoryProperty(
                    image_identifier=program.image.uri,
                    image_repository_type="ECR",
                    image_configuration=_image_configuration(program),
                ),
            ),
            instance_configuration=apprunner.CfnService.InstanceConfigurationProperty(
                cpu="512", memory="1024", instance_role_arn=self.role.role_arn
            ),
            health_check_configuration=apprunner.CfnService.HealthCheckConfigurationProperty(
                protocol="HTTP",
                path=program.health_path,
                interval=5,
                timeout=2,
                healthy_threshold=1,
                unhealthy_threshold=5,
            ),
            auto_scaling_configuration_arn=scaling.attr_auto_scaling_configuration_arn,
        )
        service.node.add_dependency(self.role, pulling)  # their policies too: the first start needs them
        self.host = service.attr_service_url
        self.arn = service.attr_service_arn

    @property
    def signals(self) -> Signals:
        """App Runner's own: that CloudWatch finds figures in an instance's log is nowhere promised."""
        return of_app_runner(self.arn)

    @property
    def saturation(self) -> list[cloudwatch.Metric]:
        """Instances that work, and requests at once."""
        return [self.signals.metric(name, "Maximum", period=MINUTE) for name in ("ActiveInstances", "Concurrency")]

    def _role_that_pulls(self, image: Image) -> iam.Role:
        role = iam.Role(self, "Pull", assumed_by=iam.ServicePrincipal("build.apprunner.amazonaws.com"))
        repository = image.repository_of(self)
        grant_pull(repository, role)
        repository.grant(role, "ecr:DescribeImages")
        return role


def _image_configuration(program: Program) -> apprunner.CfnService.ImageConfigurationProperty:
    pair = apprunner.CfnService.KeyValuePairProperty
    return apprunner.CfnService.ImageConfigurationProperty(
        port=str(program.port),
        runtime_environment_variables=[pair(name=name, value=value) for name, value in program.variables.items()],
        runtime_environment_secrets=[
            pair(name=name, value=secret.secret_arn) for name, secret in program.secrets.items()
        ],
    )
