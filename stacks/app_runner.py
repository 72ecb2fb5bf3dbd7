"""The service on App Runner."""

import aws_cdk as cdk
from aws_cdk import aws_apprunner as apprunner
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks import service_environment
from stacks.data_stack import DataStack
from stacks.deployment import Deployment, Image


class AppRunner(Construct):
    """Between one and three instances; a revision that is not healthy gives way to the one before it."""

    def __init__(self, scope: Construct, construct_id: str, *, deployment: Deployment, data: DataStack) -> None:
        super().__init__(scope, construct_id)
        pulling = self._role_that_pulls(deployment.image)
        role = iam.Role(self, "Instance", assumed_by=iam.ServicePrincipal("tasks.apprunner.amazonaws.com"))
        service_environment.grant(data, role)
        scaling = apprunner.CfnAutoScalingConfiguration(self, "Scaling", min_size=1, max_size=3, max_concurrency=80)
        service = apprunner.CfnService(
            self,
            "Service",
            source_configuration=apprunner.CfnService.SourceConfigurationProperty(
                authentication_configuration=apprunner.CfnService.AuthenticationConfigurationProperty(
                    access_role_arn=pulling.role_arn
                ),
                auto_deployments_enabled=False,  # a pushed tag alone must not change what runs
                image_repository=apprunner.CfnService.ImageRepositoryProperty(
                    image_identifier=deployment.image.uri,
                    image_repository_type="ECR",
                    image_configuration=_image_configuration(deployment, data, region=cdk.Stack.of(self).region),
                ),
            ),
            instance_configuration=apprunner.CfnService.InstanceConfigurationProperty(
                cpu="512", memory="1024", instance_role_arn=role.role_arn
            ),
            health_check_configuration=apprunner.CfnService.HealthCheckConfigurationProperty(
                protocol="HTTP",
                path=service_environment.HEALTH_PATH,
                interval=5,
                timeout=2,
                healthy_threshold=1,
                unhealthy_threshold=5,
            ),
            auto_scaling_configuration_arn=scaling.attr_auto_scaling_configuration_arn,
        )
        service.node.add_dependency(role, pulling)  # their policies too: the first start needs them
        self.host = service.attr_service_url
        self.arn = service.attr_service_arn

    def _role_that_pulls(self, image: Image) -> iam.Role:
        role = iam.Role(self, "Pull", assumed_by=iam.ServicePrincipal("build.apprunner.amazonaws.com"))
        repository = ecr.Repository.from_repository_attributes(
            self,
            "Repository",
            repository_name=image.repository,
            repository_arn=f"arn:{cdk.Aws.PARTITION}:ecr:{image.region}:{image.account}:repository/{image.repository}",
        )
        repository.grant_pull(role)
        repository.grant(role, "ecr:DescribeImages")
        cdk.Validations.of(role).acknowledge(
            cdk.Acknowledgment(
                id="AwsSolutions-IAM5[Resource::*]",
                reason="ecr:GetAuthorizationToken, without which nothing is pulled, knows no resource.",
            )
        )
        return role


def _image_configuration(
    deployment: Deployment, data: DataStack, *, region: str
) -> apprunner.CfnService.ImageConfigurationProperty:
    plain = service_environment.variables(deployment, data, region=region)
    secret = service_environment.secrets(data)
    pair = apprunner.CfnService.KeyValuePairProperty
    return apprunner.CfnService.ImageConfigurationProperty(
        port=str(service_environment.PORT),
        runtime_environment_variables=[pair(name=name, value=value) for name, value in plain.items()],
        runtime_environment_secrets=[pair(name=name, value=held.secret_arn) for name, held in secret.items()],
    )
