"""Who may read the dashboard's bucket."""

from collections.abc import Mapping
from dataclasses import dataclass

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from ops.deployment.aws import CONFIG, DENIED, AwsError, asking

BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


@dataclass(frozen=True, kw_only=True)
class BucketAccess:
    """What AWS says of a bucket's access."""

    name: str
    blocked: Mapping[str, bool]
    public_by_policy: bool | None  # None: AWS did not say


def access(session: boto3.Session, name: str) -> BucketAccess:
    """As the bucket's own settings have it. Raises AwsError."""
    client = session.client("s3", config=CONFIG)
    blocked: Mapping[str, bool] = {}
    try:
        with asking(f"Asking for the public access block of {name}"):
            said = client.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
            blocked = {block: said.get(block, False) is True for block in BLOCKS}
    except AwsError as error:
        if error.code != "NoSuchPublicAccessBlockConfiguration":
            raise
        blocked = dict.fromkeys(BLOCKS, False)
    return BucketAccess(name=name, blocked=blocked, public_by_policy=_public_by_policy(session, name))


def _public_by_policy(session: boto3.Session, name: str) -> bool | None:
    client = session.client("s3", config=CONFIG)
    try:
        with asking(f"Asking for the policy's status of {name}"):
            status = client.get_bucket_policy_status(Bucket=name).get("PolicyStatus", {})
    except AwsError as error:
        if error.code != "NoSuchBucketPolicy":
            raise
        return False
    return status.get("IsPublic")


def read_by_anyone(session: boto3.Session, name: str) -> bool:
    """Whether a request without credentials is given the dashboard's page. Raises AwsError when it is unclear."""
    anonymous = session.client("s3", config=CONFIG.merge(Config(signature_version=UNSIGNED)))
    try:
        with asking(f"Reading {name} without credentials"):
            anonymous.get_object(Bucket=name, Key="index.html")
    except AwsError as error:
        if error.code in DENIED:
            return False
        raise
    return True
