"""Where the reports of load tests are kept."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.acknowledgement import acknowledge

KEPT = cdk.Duration.days(90)


class ReportsBucket(Construct):
    """Private and encrypted; a report is gone after a season."""

    def __init__(self, scope: Construct, construct_id: str, *, kept: bool) -> None:
        """Without `kept` the bucket goes with its stack, and its reports with it."""
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            lifecycle_rules=[s3.LifecycleRule(expiration=KEPT)],
            removal_policy=cdk.RemovalPolicy.RETAIN if kept else cdk.RemovalPolicy.DESTROY,
            auto_delete_objects=not kept,
        )
        acknowledge(self.bucket, "AwsSolutions-S1", "Reports are written by one role and read by operators.")

    def grant_write(self, role: iam.IRole) -> None:
        """Let a role put reports into the bucket; it can neither read nor remove any."""
        objects = self.bucket.arn_for_objects("*")
        role.add_to_principal_policy(iam.PolicyStatement(actions=["s3:PutObject"], resources=[objects]))
        name = cdk.Stack.of(self).get_logical_id(self.bucket.node.default_child)  # type: ignore[arg-type] # a CfnBucket
        acknowledge(
            role,
            f"AwsSolutions-IAM5[Resource::<{name}.Arn>/*]",
            "A report's name has the time in it: the role may write any into this bucket.",
        )
