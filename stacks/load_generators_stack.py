"""Where a load test runs on AWS: tasks of a Locust master and its workers, started by hand and ended by themselves."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from stacks.acknowledgement import acknowledge
from stacks.image import Image
from stacks.load_task import LoadTask
from stacks.month_log import month_log
from stacks.reports_bucket import ReportsBucket

MASTER_PORT = 5557
WORKERS_WITHIN = 600
"""Seconds in which all the workers must have come: a master that waits in vain ends."""


class LoadGeneratorsStack(cdk.Stack):
    """Nothing here runs, or costs, until `aws ecs run-task`; the outputs are what that asks for, with the network's."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        image: Image,
        workers: int,
        target: str,
        operator_token: secretsmanager.ISecret,
        vpc: ec2.IVpc,
        kept: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        reports = ReportsBucket(self, "Reports", kept=kept)
        log = month_log(self)
        variables = {**_of_master(workers), "LOCUST_HOST": target, "REPORTS_BUCKET": reports.bucket.bucket_name}
        master = LoadTask(
            self,
            "Master",
            image=image,
            log=log,
            cpu=1024,
            # The target is the deployment that this stack belongs to, and it says itself whether it may be loaded.
            command=["--headless", "--i-own-this-target"],
            secrets={"BALLAST_OPERATOR_TOKEN": operator_token},
            variables=variables,
        )
        reports.grant_write(master.definition.task_role)
        worker = LoadTask(
            self,
            "Worker",
            image=image,
            log=log,
            cpu=512,
            command=["--headless"],
            secrets={},
            variables={"LOCUST_MODE_WORKER": "true", "LOCUST_HOST": target},
        )
        outputs = {
            "Cluster": self._cluster(vpc).cluster_name,
            "MasterTaskDefinition": master.definition.task_definition_arn,
            "WorkerTaskDefinition": worker.definition.task_definition_arn,
            "Workers": str(workers),
            "SecurityGroup": self._security_group(vpc).security_group_id,
            "ReportsBucket": reports.bucket.bucket_name,
        }
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)

    def _cluster(self, vpc: ec2.IVpc) -> ecs.Cluster:
        cluster = ecs.Cluster(self, "Tasks", vpc=vpc)
        acknowledge(cluster, "AwsSolutions-ECS4", "A load test measures itself, for the time it runs.")
        return cluster

    def _security_group(self, vpc: ec2.IVpc) -> ec2.SecurityGroup:
        group = ec2.SecurityGroup(self, "Group", vpc=vpc, description="A Locust master and its workers.")
        group.add_ingress_rule(group, ec2.Port.tcp(MASTER_PORT), "Workers report to their master.")
        return group


def _of_master(workers: int) -> dict[str, str]:
    return {
        "LOCUST_MODE_MASTER": "true",
        "LOCUST_MASTER_BIND_HOST": "0.0.0.0",  # noqa: S104 - the security group lets its workers in alone
        "LOCUST_EXPECT_WORKERS": str(workers),
        "LOCUST_EXPECT_WORKERS_MAX_WAIT": str(WORKERS_WITHIN),
    }
