from typing import Any

import pytest

from stacks.edge_stack import TO_THE_SERVICE
from tests.stacks.conftest import CERTIFICATE, Synthesized
from tests.stacks.running import statements

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"


@pytest.fixture
def distribution(synthesized: Synthesized) -> dict[str, Any]:
    made: dict[str, Any] = synthesized.only(synthesized.edge, "AWS::CloudFront::Distribution")["DistributionConfig"]
    return made


def test_no_error_is_cached_and_none_is_replaced_by_a_page(distribution: dict[str, Any]) -> None:
    kept = {each["ErrorCode"]: each for each in distribution["CustomErrorResponses"]}
    assert set(kept) == {404, 500, 501, 502, 503, 504}
    for response in kept.values():
        assert response["ErrorCachingMinTTL"] == 0
        assert "ResponsePagePath" not in response


def test_nothing_of_the_service_is_cached_and_the_platform_is_asked_by_its_own_host(
    distribution: dict[str, Any],
) -> None:
    behaviours = distribution["CacheBehaviors"]
    assert {behaviour["PathPattern"] for behaviour in behaviours} == set(TO_THE_SERVICE)
    for behaviour in behaviours:
        assert behaviour["CachePolicyId"] == CACHING_DISABLED
        assert behaviour["OriginRequestPolicyId"] == ALL_BUT_HOST
        assert behaviour["ViewerProtocolPolicy"] == "https-only"
        assert "POST" in behaviour["AllowedMethods"]


def test_what_is_internal_is_not_reached_through_the_edge(distribution: dict[str, Any]) -> None:
    assert not any(behaviour["PathPattern"].startswith("/internal") for behaviour in distribution["CacheBehaviors"])


def test_the_service_is_asked_by_tls_alone(distribution: dict[str, Any]) -> None:
    (origin,) = (origin for origin in distribution["Origins"] if "CustomOriginConfig" in origin)
    assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"


@pytest.mark.parametrize(("deployed", "secret"), [("synthesized", "OriginSecretA"), ("lab", "OriginSecretB")])
def test_the_service_is_shown_the_origin_secret_in_use_and_its_value_stands_nowhere(
    request: pytest.FixtureRequest, deployed: str, secret: str
) -> None:
    made: Synthesized = request.getfixturevalue(deployed)
    config: Any = made.only(made.edge, "AWS::CloudFront::Distribution")["DistributionConfig"]
    (header,) = next(origin["OriginCustomHeaders"] for origin in config["Origins"] if "CustomOriginConfig" in origin)
    assert header["HeaderName"] == "X-Origin-Secret"
    begin, reference, end = header["HeaderValue"]["Fn::Join"][1]
    assert (begin, end) == ("{{resolve:secretsmanager:", ":SecretString:::}}")
    assert secret in reference["Fn::ImportValue"]
    assert secret in str(made.data.find_outputs("OriginSecretArn"))


def test_the_bucket_is_private_and_encrypted(synthesized: Synthesized) -> None:
    bucket = synthesized.only(synthesized.edge, "AWS::S3::Bucket")
    assert bucket["PublicAccessBlockConfiguration"] == dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )
    assert "AES256" in str(bucket["BucketEncryption"])


def test_cloudfront_alone_reads_the_bucket_and_for_this_distribution_alone(synthesized: Synthesized) -> None:
    policy: Any = synthesized.only(synthesized.edge, "AWS::S3::BucketPolicy")["PolicyDocument"]
    (allowed,) = (each for each in policy["Statement"] if each["Effect"] == "Allow")
    assert allowed["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert allowed["Action"] == "s3:GetObject"
    assert "AWS:SourceArn" in allowed["Condition"]["StringEquals"]
    (denied,) = (each for each in policy["Statement"] if each["Effect"] == "Deny")
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_in_production_alone_the_bucket_and_its_files_are_kept_and_older_ones_for_a_while(
    synthesized: Synthesized, production: Synthesized
) -> None:
    production.edge.has_resource("AWS::S3::Bucket", {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"})
    kept = production.only(production.edge, "AWS::S3::Bucket")
    assert kept["VersioningConfiguration"] == {"Status": "Enabled"}
    assert kept["LifecycleConfiguration"]["Rules"] == [
        {"NoncurrentVersionExpiration": {"NoncurrentDays": 90}, "Status": "Enabled"}
    ]
    assert production.only(production.edge, "Custom::CDKBucketDeployment")["RetainOnDelete"] is True
    assert "VersioningConfiguration" not in synthesized.only(synthesized.edge, "AWS::S3::Bucket")
    assert synthesized.only(synthesized.edge, "Custom::CDKBucketDeployment")["RetainOnDelete"] is False


def test_the_dashboard_s_files_are_deployed_and_what_cloudfront_keeps_of_older_ones_is_dropped(
    synthesized: Synthesized,
) -> None:
    files = synthesized.only(synthesized.edge, "Custom::CDKBucketDeployment")
    (distribution,) = synthesized.edge.find_resources("AWS::CloudFront::Distribution")
    (bucket,) = synthesized.edge.find_resources("AWS::S3::Bucket")
    assert files["DestinationBucketName"] == {"Ref": bucket}
    assert (files["DistributionId"], files["DistributionPaths"]) == ({"Ref": distribution}, ["/*"])
    assert len(files["SourceObjectKeys"]) == 1


def test_browsers_ask_for_the_dashboard_each_time_and_cloudfront_keeps_it_for_a_day(
    synthesized: Synthesized, distribution: dict[str, Any]
) -> None:
    files: Any = synthesized.only(synthesized.edge, "Custom::CDKBucketDeployment")
    assert files["SystemMetadata"]["cache-control"] == "public, max-age=0, must-revalidate, s-maxage=86400"
    assert distribution["DefaultCacheBehavior"]["CachePolicyId"] == CACHING_OPTIMIZED


def test_what_deploys_the_files_writes_to_the_dashboard_s_bucket_alone(synthesized: Synthesized) -> None:
    allowed = statements(synthesized.edge, "CustomCDKBucketDeployment")
    (bucket,) = synthesized.edge.find_resources("AWS::S3::Bucket")
    writing = [resources for actions, resources in allowed.items() if "s3:PutObject" in actions]
    assert writing
    assert all(bucket in str(resource) for resources in writing for resource in resources)


def test_without_a_domain_the_edge_answers_under_cloudfront_s_own_name(
    synthesized: Synthesized, distribution: dict[str, Any]
) -> None:
    assert "Aliases" not in distribution
    assert "DomainName" in str(synthesized.edge.find_outputs("Url")["Url"]["Value"])


def test_a_domain_comes_with_its_certificate_and_tls_of_today(production: Synthesized) -> None:
    config: Any = production.only(production.edge, "AWS::CloudFront::Distribution")["DistributionConfig"]
    assert config["Aliases"] == ["ballast.example.org"]
    assert config["ViewerCertificate"] == {
        "AcmCertificateArn": CERTIFICATE,
        "MinimumProtocolVersion": "TLSv1.2_2021",
        "SslSupportMethod": "sni-only",
    }
    assert production.edge.find_outputs("Url")["Url"]["Value"] == "https://ballast.example.org"


def test_the_stack_tells_what_other_programs_read(synthesized: Synthesized) -> None:
    assert {"Url", "DistributionId", "DistributionDomainName", "DashboardBucket"} <= set(
        synthesized.edge.find_outputs("*")
    )


def test_pages_carry_the_security_headers(synthesized: Synthesized) -> None:
    policy: Any = synthesized.only(synthesized.edge, "AWS::CloudFront::ResponseHeadersPolicy")
    headers = policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    assert headers["ContentSecurityPolicy"]["ContentSecurityPolicy"].startswith("default-src 'none'")
    assert headers["StrictTransportSecurity"]["AccessControlMaxAgeSec"] == 365 * 24 * 3600
