from typing import Any

import pytest

from stacks.edge_stack import TO_THE_SERVICE
from tests.stacks.conftest import Synthesized

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
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


def test_the_bucket_is_private_encrypted_and_versioned(synthesized: Synthesized) -> None:
    bucket = synthesized.only(synthesized.edge, "AWS::S3::Bucket")
    assert bucket["PublicAccessBlockConfiguration"] == dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert "AES256" in str(bucket["BucketEncryption"])


def test_cloudfront_alone_reads_the_bucket_and_for_this_distribution_alone(synthesized: Synthesized) -> None:
    policy: Any = synthesized.only(synthesized.edge, "AWS::S3::BucketPolicy")["PolicyDocument"]
    (allowed,) = (each for each in policy["Statement"] if each["Effect"] == "Allow")
    assert allowed["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert allowed["Action"] == "s3:GetObject"
    assert "AWS:SourceArn" in allowed["Condition"]["StringEquals"]
    (denied,) = (each for each in policy["Statement"] if each["Effect"] == "Deny")
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_in_production_the_bucket_is_kept(production: Synthesized) -> None:
    production.edge.has_resource("AWS::S3::Bucket", {"DeletionPolicy": "Retain"})


def test_pages_carry_the_security_headers(synthesized: Synthesized) -> None:
    policy: Any = synthesized.only(synthesized.edge, "AWS::CloudFront::ResponseHeadersPolicy")
    headers = policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    assert headers["ContentSecurityPolicy"]["ContentSecurityPolicy"].startswith("default-src 'none'")
    assert headers["StrictTransportSecurity"]["AccessControlMaxAgeSec"] == 365 * 24 * 3600
