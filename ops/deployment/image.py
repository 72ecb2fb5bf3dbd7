"""An image of the service in ECR."""

import re
from dataclasses import dataclass
from typing import Self

import boto3

from ops.deployment.aws import CONFIG, AwsError, asking

_uri = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/"
    r"(?P<repository>[a-z0-9][a-z0-9._/-]*)(?::(?P<tag>[\w.-]{1,128})|@(?P<digest>sha256:[0-9a-f]{64}))"
).fullmatch

ABSENT = {"ImageNotFoundException", "RepositoryNotFoundException"}
EXPECTED = "ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG"
HINTS = 5  # images that are shown to choose from


@dataclass(frozen=True, kw_only=True)
class Image:
    """Where an image is."""

    uri: str
    account: str
    region: str
    repository: str
    tag: str | None
    digest: str | None

    @classmethod
    def parsed(cls, uri: str) -> Self | None:
        """The image of a URI; None when it is none of ECR with its tag or digest."""
        found = _uri(uri)
        return cls(uri=uri, **found.groupdict()) if found else None


def exists(session: boto3.Session, image: Image) -> bool:
    """Whether ECR has the image. Raises AwsError."""
    wanted = {"imageDigest": image.digest} if image.digest else {"imageTag": image.tag or ""}
    client = session.client("ecr", config=CONFIG)
    try:
        with asking(f"Asking ECR for {image.uri}"):
            told = client.describe_images(
                registryId=image.account,
                repositoryName=image.repository,
                imageIds=[wanted],  # type: ignore[list-item] # one of its two members
            )
    except AwsError as error:
        if error.code in ABSENT:
            return False
        raise
    return bool(told["imageDetails"])


def newest(session: boto3.Session, image: Image) -> list[str]:
    """The tagged images of the same repository, those that were pushed last first. Raises AwsError."""
    pages = session.client("ecr", config=CONFIG).get_paginator("describe_images")
    with asking(f"Asking ECR for the images of {image.repository}"):
        told = [
            detail
            for page in pages.paginate(registryId=image.account, repositoryName=image.repository)
            for detail in page["imageDetails"]
            if detail.get("imageTags")
        ]
    told.sort(key=lambda detail: detail["imagePushedAt"], reverse=True)
    return [f"{detail['imageTags'][0]}, pushed {detail['imagePushedAt']:%Y-%m-%d %H:%M}" for detail in told[:HINTS]]
