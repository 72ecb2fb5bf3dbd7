"""CloudFront before the service and the dashboard's private bucket."""

from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from stacks.acknowledgement import acknowledge
from stacks.dashboard_files import DashboardFiles
from stacks.deployment import Deployment

ORIGIN_HEADER = "X-Origin-Secret"

TO_THE_SERVICE = ("/api/*", "/health*", "/identity", "/metrics", "/openapi.json")

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

REWRITE = """\
function handler(event) {
  var request = event.request;
  if (request.uri.indexOf('.') === -1) {
    request.uri = '/index.html';
  }
  return request;
}
"""
"""Every path without a file's name is the dashboard's. In error responses this would hide the service's own."""

NOT_CACHED = (404, 500, 501, 502, 503, 504)
"""Statuses that CloudFront keeps for 10 s unless told otherwise, whatever the cache policy says: readiness, recovery
and a document that was not there a moment ago would be seen late."""


OLD_FILES_KEPT = cdk.Duration.days(90)


class EdgeStack(cdk.Stack):
    """Only CloudFront reads the bucket; nothing that the service answers is kept. Callers come to `url`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        origin: str,
        origin_secret: secretsmanager.ISecret,
        dashboard: Path,
    ) -> None:
        super().__init__(scope, construct_id)
        bucket = self._bucket(kept=deployment.production)
        distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"Ballast, {deployment.environment}",
            default_root_object="index.html",
            default_behavior=self._dashboard(bucket),
            additional_behaviors=dict.fromkeys(TO_THE_SERVICE, _service(origin, origin_secret)),
            error_responses=[
                cloudfront.ErrorResponse(http_status=status, ttl=cdk.Duration.seconds(0)) for status in NOT_CACHED
            ],
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            **self._domain(deployment),
        )
        _acknowledge(distribution, bucket, own_domain=bool(deployment.domain_name))
        DashboardFiles(
            self, "Files", folder=dashboard, bucket=bucket, distribution=distribution, kept=deployment.production
        )
        self.url = f"https://{deployment.domain_name or distribution.distribution_domain_name}"
        cdk.CfnOutput(self, "Url", value=self.url)
        cdk.CfnOutput(self, "DistributionId", value=distribution.distribution_id)
        cdk.CfnOutput(self, "DistributionDomainName", value=distribution.distribution_domain_name)
        cdk.CfnOutput(self, "DashboardBucket", value=bucket.bucket_name)

    def _bucket(self, *, kept: bool) -> s3.Bucket:
        return s3.Bucket(
            self,
            "Dashboard",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            versioned=kept,  # an older version would outlive the files, and keep the bucket from being deleted
            lifecycle_rules=[s3.LifecycleRule(noncurrent_version_expiration=OLD_FILES_KEPT)] if kept else None,
            removal_policy=cdk.RemovalPolicy.RETAIN if kept else cdk.RemovalPolicy.DESTROY,
        )

    def _domain(self, deployment: Deployment) -> dict[str, Any]:
        """The terms of a domain of one's own; without one CloudFront has its own name, certificate and TLS."""
        if not deployment.domain_name:
            return {}
        return {
            "domain_names": [deployment.domain_name],
            "certificate": acm.Certificate.from_certificate_arn(self, "Certificate", deployment.certificate_arn),
            "minimum_protocol_version": cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
        }

    def _dashboard(self, bucket: s3.Bucket) -> cloudfront.BehaviorOptions:
        rewrite = cloudfront.Function(
            self,
            "Rewrite",
            code=cloudfront.FunctionCode.from_inline(REWRITE),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
        )
        return cloudfront.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_origin_access_control(bucket),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,  # as long as the files say: DashboardFiles
            compress=True,
            response_headers_policy=self._security_headers(),
            function_associations=[
                cloudfront.FunctionAssociation(function=rewrite, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST)
            ],
        )

    def _security_headers(self) -> cloudfront.ResponseHeadersPolicy:
        return cloudfront.ResponseHeadersPolicy(
            self,
            "SecurityHeaders",
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=CONTENT_SECURITY_POLICY, override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
                ),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=cdk.Duration.days(365), include_subdomains=True, override=True
                ),
            ),
        )


def _service(host: str, secret: secretsmanager.ISecret) -> cloudfront.BehaviorOptions:
    return cloudfront.BehaviorOptions(
        origin=origins.HttpOrigin(
            host,
            protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
            # A reference that CloudFormation resolves: the value stands in no template.
            custom_headers={ORIGIN_HEADER: secret.secret_value.unsafe_unwrap()},
        ),
        viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
        allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
        cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
        # Without the viewer's Host: the platform routes by its own.
        origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    )


def _acknowledge(distribution: cloudfront.Distribution, bucket: s3.Bucket, *, own_domain: bool) -> None:
    reasons = {
        "AwsSolutions-CFR1": "The service has no law to keep from some countries.",
        "AwsSolutions-CFR2": "A web ACL costs more a day than the service; the service sheds load by itself.",
        "AwsSolutions-CFR3": "Access is told by the service's own log, by request id.",
    }
    if not own_domain:
        reasons["AwsSolutions-CFR4"] = "Without a domain of one's own CloudFront's certificate sets the oldest TLS."
    for rule, reason in reasons.items():
        acknowledge(distribution, rule, reason)
    acknowledge(bucket, "AwsSolutions-S1", "It holds the dashboard's public files, read by CloudFront alone.")
