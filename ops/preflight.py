"""What must hold before a deployment, all problems at once."""

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import boto3

from ops.deployment import cdk, image, settings_file
from ops.deployment.account import caller
from ops.deployment.aws import ABSENT, CONFIG, AwsError, asking, session
from ops.deployment.context import COMPUTE, IMAGE
from ops.deployment.image import Image
from ops.deployment.refusal import closed_to_new_customers
from ops.errors import OperationError
from ops.exit_codes import Exit

NODE = 22
"""The oldest major version of Node that the CDK's command line supports."""

BOOTSTRAP = 6
"""The oldest version of the bootstrap stack that the templates can be deployed with."""

DASHBOARD = "dashboard/dist/index.html"
"""The built page, which the stacks copy."""

IMAGES = (IMAGE, "simulatorImageUri", "loadtestImageUri")
"""The keys of the context that name an image; the stacks say when they want the last two."""

EXPRESS = "express"
BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why a deployment cannot begin, and what to do about it."""

    sentence: str
    exit_code: Exit = Exit.REFUSED


def problems(context: Mapping[str, str], folder: Path) -> list[Problem]:
    """Every reason why `cdk deploy` in this folder, with this context, cannot succeed."""
    return [*_tools(folder), *_images(context), *_settings(context, folder), *_aws(context)]


def _tools(folder: Path) -> Iterator[Problem]:
    if not (folder / "cdk.json").is_file():
        yield Problem(sentence=f"There is no cdk.json in {folder}; run this in the checkout of Ballast.")
    elif not (folder / DASHBOARD).is_file():
        yield Problem(sentence=f"There is no {DASHBOARD}; run `make dashboard`.")
    node = cdk.found("node")
    if node is None:
        yield Problem(sentence="Node is missing; `make .venv/.ready` puts it into .venv/bin.")
    elif (version := _node_version(node)) < NODE:
        yield Problem(sentence=f"{node} is Node {version}; expected {NODE} or newer, as `make .venv/.ready` has it.")
    if cdk.found("cdk") is None:
        yield Problem(sentence=cdk.MISSING)


def _node_version(node: str) -> int:
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", told)
    return int(found[1]) if found else 0


def _images(context: Mapping[str, str]) -> Iterator[Problem]:
    if IMAGE not in context:
        yield Problem(sentence=f"imageUri is missing; expected {image.EXPECTED} (-c imageUri=…).", exit_code=Exit.USAGE)
    for name in IMAGES:
        if name in context and Image.parsed(context[name]) is None:
            yield Problem(sentence=f"{name} is {context[name]}; expected {image.EXPECTED}.", exit_code=Exit.USAGE)


def _settings(context: Mapping[str, str], folder: Path) -> Iterator[Problem]:
    try:
        settings_file.digest(context, folder)
    except OperationError as error:
        yield _told(error)


def _aws(context: Mapping[str, str]) -> Iterator[Problem]:
    try:
        asked = session()
        account = caller(asked) if asked.region_name else ""
    except AwsError as error:
        yield _told(error)
        return
    if not asked.region_name:
        yield Problem(
            sentence="There is no AWS region; set AWS_REGION to that of the image.", exit_code=Exit.NOT_ALLOWED
        )
        return
    wanted = {name: found for name in IMAGES if (found := Image.parsed(context.get(name, "")))}
    for name, each in wanted.items():
        yield from _place(name, each, account, asked.region_name)
    questions: list[Callable[[boto3.Session], Iterator[Problem]]] = [_bootstrap]
    questions += [
        partial(_presence, wanted=each)
        for each in wanted.values()
        if (each.account, each.region) == (account, asked.region_name)
    ]
    if context.get(COMPUTE) != EXPRESS:
        questions.append(_app_runner)
    for question in questions:
        try:
            yield from question(asked)
        except AwsError as error:
            yield _told(error)


def _told(error: OperationError) -> Problem:
    return Problem(sentence=str(error), exit_code=error.exit_code)


def _place(name: str, wanted: Image, account: str, region: str) -> Iterator[Problem]:
    if wanted.account != account:
        yield Problem(
            sentence=f"{name} is of account {wanted.account}, the AWS credentials are of {account}; "
            "sign in to the image's account, or push the image to this one.",
            exit_code=Exit.NOT_ALLOWED,
        )
    if wanted.region != region:
        yield Problem(
            sentence=f"{name} is in {wanted.region}, the AWS region is {region}; "
            f"set AWS_REGION={wanted.region}, or push the image to {region}.",
        )


def _bootstrap(asked: boto3.Session) -> Iterator[Problem]:
    where = f"aws://{caller(asked)}/{asked.region_name}"
    try:
        with asking(f"Reading {BOOTSTRAP_PARAMETER}"):
            told = asked.client("ssm", config=CONFIG).get_parameter(Name=BOOTSTRAP_PARAMETER)["Parameter"]["Value"]
    except AwsError as error:
        if error.code not in ABSENT:
            raise
        yield Problem(sentence=f"The account is not bootstrapped in this region; `cdk bootstrap {where}`, once.")
        return
    if not told.isdigit() or int(told) < BOOTSTRAP:
        yield Problem(
            sentence=f"The bootstrap stack is version {told}; expected {BOOTSTRAP} or newer: `cdk bootstrap {where}`."
        )


def _presence(asked: boto3.Session, wanted: Image) -> Iterator[Problem]:
    if not image.exists(asked, wanted):
        yield Problem(
            sentence=f"There is no image {wanted.uri} in ECR; push it, or name one that is there.",
            exit_code=Exit.NOT_FOUND,
        )


def _app_runner(asked: boto3.Session) -> Iterator[Problem]:
    try:
        with asking("Asking App Runner for its services"):
            asked.client("apprunner", config=CONFIG).list_services(MaxResults=1)
    except AwsError as error:
        explained = closed_to_new_customers(error.code, str(error))
        if explained is None:
            raise
        yield Problem(sentence=explained)
