"""A program on ECS Express Mode."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.acknowledgement import acknowledge
from stacks.image import grant_pull
from stacks.month_log import month_log
from stacks.program import Program
from stacks.signals import MINUTE

INFRASTRUCTURE = "service-role/AmazonECSInfrastructureRoleforExpressGatewayServices"
TASKS = "ecs-tasks.amazonaws.com"
CPU_TARGET = 60
"""Percent of CPU from which on tasks are added."""


class Express(Construct):
    """Scaled by load behind a load balancer of the platform; a revision that answers errors is rolled back by it."""

    kind = "express"
    signals = None
    """ECS hands the log to CloudWatch by the call that finds figures in it."""

    def __init__(self, scope: Construct, construct_id: str, *, program: Program, vpc: ec2.IVpc) -> None:
        super().__init__(scope, construct_id)
        self._log = month_log(self)
        self.role = iam.Role(self, "Task", assumed_by=iam.ServicePrincipal(TASKS))
        starting = self._role_that_starts(program)
        infrastructure = self._role_of_the_platform()
        cluster = self._cluster(vpc)
        service = ecs.CfnExpressGatewayService(
            self,
            "Service",
            cluster=cluster.cluster_name,
            cpu="512",
            memory="1024",
            health_check_path=program.health_path,
            execution_role_arn=starting.role_arn,
            task_role_arn=self.role.role_arn,
            infrastructure_role_arn=infrastructure.role_arn,
            primary_container=self._container(program),
            network_configuration=ecs.CfnExpressGatewayService.ExpressGatewayServiceNetworkConfigurationProperty(
                subnets=[subnet.subnet_id for subnet in vpc.public_subnets]
            ),
            scaling_target=ecs.CfnExpressGatewayService.ExpressGatewayScalingTargetProperty(
                min_task_count=1,  # from none it never wakes
                max_task_count=program.instances,
                auto_scaling_metric="AVERAGE_CPU",
                auto_scaling_target_value=CPU_TARGET,
            ),
        )
        service.node.add_dependency(cluster, self.role, starting, infrastructure, vpc.internet_connectivity_established)
        # An address with its scheme or a bare name: the platform's documentation shows both.
        self.host = _without("/", _without("https:", service.attr_endpoint))
        self.arn = service.attr_service_arn

    @property
    def saturation(self) -> list[cloudwatch.Metric]:
        """Of the tasks, in percent of what they were given."""
        parts = cdk.Fn.split("/", self.arn)
        dimensions = {"ClusterName": cdk.Fn.select(1, parts), "ServiceName": cdk.Fn.select(2, parts)}
        return [
            cloudwatch.Metric(
                namespace="AWS/ECS", metric_name=name, dimensions_map=dimensions, statistic="Maximum", period=MINUTE
            )
            for name in ("CPUUtilization", "MemoryUtilization")
        ]

    def _cluster(self, vpc: ec2.IVpc) -> ecs.Cluster:
        cluster = ecs.Cluster(self, "Cluster", vpc=vpc, enable_fargate_capacity_providers=True)
        acknowledge(
            cluster,
            "AwsSolutions-ECS4",
            "The service tells its golden signals itself; Container Insights would cost as much as it.",
        )
        return cluster

    def _role_that_starts(self, program: Program) -> iam.Role:
        role = iam.Role(self, "Start", assumed_by=iam.ServicePrincipal(TASKS))
        grant_pull(program.image.repository_of(self), role)
        self._log.grant_write(role)
        for secret in program.secrets.values():
            secret.grant_read(role)
        return role

    def _role_of_the_platform(self) -> iam.Role:
        role = iam.Role(
            self,
            "Infrastructure",
            assumed_by=iam.ServicePrincipal("ecs.amazonaws.com"),
            managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(INFRASTRUCTURE)],
        )
        acknowledge(
            role,
            f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{INFRASTRUCTURE}]",
            "The platform's own policy: limited to what it made, and kept in step with the platform.",
        )
        return role

    def _container(self, program: Program) -> ecs.CfnExpressGatewayService.ExpressGatewayContainerProperty:
        express = ecs.CfnExpressGatewayService
        return express.ExpressGatewayContainerProperty(
            image=program.image.uri,
            container_port=program.port,
            environment=[
                express.KeyValuePairProperty(name=name, value=value) for name, value in program.variables.items()
            ],
            secrets=[
                express.SecretProperty(name=name, value_from=secret.secret_arn)
                for name, secret in program.secrets.items()
            ],
            aws_logs_configuration=express.ExpressGatewayServiceAwsLogsConfigurationProperty(
                log_group=self._log.log_group_name, log_stream_prefix="ecs"
            ),
        )


def _without(text: str, address: str) -> str:
    return cdk.Fn.join("", cdk.Fn.split(text, address))
