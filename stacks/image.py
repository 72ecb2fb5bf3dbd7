"""Where an image lies."""

import re
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.acknowledgement import acknowledge

_ecr_image = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/"
    r"(?P<repository>[a-z0-9][a-z0-9._/-]*)(?::[\w.-]{1,128}|@sha256:[0-9a-f]{64})"
).fullmatch


@dataclass(frozen=True, kw_only=True)
class Image:
    """An image in a private ECR repository."""

    uri: str
    account: str
    region: str
    repository: str

    @classmethod
    def parsed(cls, uri: str) -> "Image":
        """The image at an address; ValueError when it is not one in ECR with its tag or digest."""
        found = _ecr_image(uri)
        if not found:
            raise ValueError
        return cls(uri=uri, **found.groupdict())

    def repository_of(self, scope: Construct) -> ecr.IRepository:
        """The repository, to grant what is done with it."""
        arn = f"arn:{cdk.Aws.PARTITION}:ecr:{self.region}:{self.account}:repository/{self.repository}"
        return ecr.Repository.from_repository_attributes(
            scope, "Repository", repository_name=self.repository, repository_arn=arn
        )


def grant_pull(repository: ecr.IRepository, role: iam.Role) -> None:
    """Let a role pull from a repository, and answer for the one permission of it that is not the repository's."""
    repository.grant_pull(role)
    acknowledge(
        role,
        "AwsSolutions-IAM5[Resource::*]",
        "ecr:GetAuthorizationToken, without which nothing is pulled, knows no resource.",
    )
