"""The dashboard's files, brought into their bucket and out of CloudFront's cache."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as s3_deployment
from constructs import Construct

from stacks.acknowledgement import acknowledge
from stacks.month_log import month_log

CACHE_CONTROL = "public, max-age=0, must-revalidate, s-maxage=86400"
"""Their names do not change with what is in them: browsers ask again each time, and CloudFront is told of a change."""


class DashboardFiles(Construct):
    """Deployed with the stack, and gone with it unless they are kept."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        folder: Path,
        bucket: s3.Bucket,
        distribution: cloudfront.Distribution,
        kept: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        deployment = s3_deployment.BucketDeployment(
            self,
            "Deployment",
            sources=[s3_deployment.Source.asset(str(folder))],
            destination_bucket=bucket,
            distribution=distribution,
            distribution_paths=["/*"],
            cache_control=[s3_deployment.CacheControl.from_string(CACHE_CONTROL)],
            retain_on_delete=kept,
            log_group=month_log(self),
        )
        self._acknowledge(deployment, bucket)

    def _acknowledge(self, deployment: s3_deployment.BucketDeployment, bucket: s3.Bucket) -> None:
        function = deployment.handler_role.node.scope  # the CDK's own, one for all deployments of a stack
        assert function is not None  # noqa: S101 - the role stands in it
        stack = cdk.Stack.of(self)
        qualifier = stack.synthesizer.bootstrap_qualifier
        assets = f"arn:<AWS::Partition>:s3:::cdk-{qualifier}-assets-<AWS::AccountId>-<AWS::Region>/*"
        files = f"<{stack.get_logical_id(bucket.node.default_child)}.Arn>/*"  # type: ignore[arg-type] # it is a CfnBucket
        reasons = {
            **dict.fromkeys(
                ("Action::s3:GetObject*", "Action::s3:GetBucket*", "Action::s3:List*"), "The files, to read them."
            ),
            **dict.fromkeys(("Action::s3:DeleteObject*", "Action::s3:Abort*"), "The bucket's files, to replace them."),
            f"Resource::{assets}": "The bucket of the CDK's assets, from which it takes the files.",
            f"Resource::{files}": "The dashboard's bucket, which is its own.",
            "Resource::*": "The CDK asks CloudFront for invalidations without naming the distribution.",
        }
        for finding, reason in reasons.items():
            acknowledge(function, f"AwsSolutions-IAM5[{finding}]", reason)
        logging = "Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
        acknowledge(function, f"AwsSolutions-IAM4[{logging}]", "The CDK's own function, which writes its log by it.")
        acknowledge(function, "AwsSolutions-L1", "The CDK's own function, whose runtime the CDK chooses.")
