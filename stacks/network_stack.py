"""The network of what needs one of its own: ECS Express Mode, and the load generators."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from stacks.acknowledgement import acknowledge


class NetworkStack(cdk.Stack):
    """Two zones, public subnets alone: a NAT gateway would cost more than all that it carries."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            max_azs=2,
            nat_gateways=0,
            subnet_configuration=[ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC)],
        )
        acknowledge(
            self.vpc,
            "AwsSolutions-VPC7",
            "Whoever asks the service is told by its log; flow logs would cost more than the service.",
        )
        subnets = ",".join(subnet.subnet_id for subnet in self.vpc.public_subnets)
        cdk.CfnOutput(self, "Subnets", value=subnets)
