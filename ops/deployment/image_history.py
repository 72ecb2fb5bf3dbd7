"""Which image ran when: a parameter of Systems Manager, whose versions are the history.

Neither App Runner nor CloudFormation tells of an image that ran before. A tag of the stack could, but changing tags
replaces an App Runner service.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

import boto3

from ops.deployment.aws import ABSENT, CONFIG, AwsError, asking
from ops.errors import OperationError
from ops.exit_codes import Exit


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """One deployment that became healthy."""

    image: str
    context: Mapping[str, str] | None  # besides the image, as it was given; None: not known
    rollback: str | None = None  # the reason, when it was a rollback
    settings: str | None = None  # the digest of the settings file that the context names; None: none, or not recorded


def parameter(environment: str) -> str:
    """The parameter's name."""
    return f"/ballast/{environment}/deployed"


def read(session: boto3.Session, environment: str) -> list[Deployed]:
    """The deployments, oldest first; AWS keeps the last hundred. Raises OperationError."""
    pages = session.client("ssm", config=CONFIG).get_paginator("get_parameter_history")
    try:
        with asking(f"Reading the history of {parameter(environment)}"):
            versions = [
                version for page in pages.paginate(Name=parameter(environment)) for version in page["Parameters"]
            ]
    except AwsError as error:
        if error.code in ABSENT:
            return []
        raise
    versions.sort(key=lambda version: version["Version"])
    return [_parsed(environment, version["Value"]) for version in versions]


def _parsed(environment: str, value: str) -> Deployed:
    try:
        return Deployed(**json.loads(value))
    except (ValueError, TypeError):
        sentence = f"A version of {parameter(environment)} is not what `ops deploy` writes; delete the parameter."
        raise OperationError(sentence, Exit.REFUSED) from None


def record(session: boto3.Session, environment: str, deployed: Deployed) -> None:
    """Add a deployment. Raises AwsError."""
    name = parameter(environment)
    with asking(f"Recording the image in {name}"):
        session.client("ssm", config=CONFIG).put_parameter(
            Name=name, Value=json.dumps(asdict(deployed)), Type="String", Overwrite=True
        )


def standing(history: Iterable[Deployed]) -> list[Deployed]:
    """What no rollback has taken back, oldest first: a rollback takes back all that came after its image."""
    stack: list[Deployed] = []
    for each in history:
        if each.rollback is not None:
            below = [place for place, deployed in enumerate(stack) if deployed.image == each.image]
            stack = stack[: below[-1]] if below else stack
        elif stack and stack[-1].image == each.image:
            stack.pop()  # with another context
        stack.append(each)
    return stack


def previous(history: Iterable[Deployed], image: str) -> str | None:
    """The image that ran before `image`, which is the one to go back from; None: nobody recorded it."""
    images = [deployed.image for deployed in standing(history)]
    if image in images:  # else somebody deployed it without recording it, after all that is recorded
        images = images[: len(images) - 1 - images[::-1].index(image)]
    return images[-1] if images else None
