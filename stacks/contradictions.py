"""What a context may not ask for at once, or of what is not there."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from stacks import settings_file
from stacks.image import Image

TOGETHER = {
    ("domainName", "certificateArn"): "CloudFront serves a domain with its certificate",
    ("webhookUrlArn", "webhookSecretArn"): "what a webhook is posted is signed",
}
IMAGES = ("imageUri", "simulatorImageUri", "loadtestImageUri")


def contradictions(given: Mapping[str, str], environ: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each; `given` are the context's own values, well-formed or not."""
    yield from _one_without_the_other(given)
    yield from _fault_lab(given)
    yield from _load_generators(given)
    yield from _production(given)
    if file := given.get("settingsFile"):
        yield from settings_file.problems("settingsFile", Path(file))
    for name in IMAGES:
        yield from _elsewhere(name, given.get(name, ""), environ)


def _one_without_the_other(given: Mapping[str, str]) -> Iterator[str]:
    for pair, why in TOGETHER.items():
        for name, other in (pair, pair[::-1]):
            if given.get(name) and not given.get(other):
                yield f"{name} is given without {other}; expected both: {why}"


def _fault_lab(given: Mapping[str, str]) -> Iterator[str]:
    wanted = given.get("faultLab") == "true"
    if wanted and not given.get("simulatorImageUri"):
        yield "simulatorImageUri is missing; expected the simulator's image in ECR, since faultLab is true"
    if given.get("simulatorImageUri") and not wanted:
        yield "simulatorImageUri is given; expected faultLab=true beside it, without which nothing runs the simulator"
    if wanted and "providerUrl" in given:
        yield (
            f"providerUrl is {given['providerUrl']}; expected none, since faultLab is true and its simulator is the "
            "provider"
        )


def _load_generators(given: Mapping[str, str]) -> Iterator[str]:
    wanted = given.get("loadGenerators", "0") != "0"
    if wanted and not given.get("loadtestImageUri"):
        yield (
            "loadtestImageUri is missing; expected the load test's image in ECR, since loadGenerators is "
            f"{given['loadGenerators']}"
        )
    if given.get("loadtestImageUri") and not wanted:
        yield "loadtestImageUri is given; expected loadGenerators of 1 or more beside it, without which nothing runs it"


def _production(given: Mapping[str, str]) -> Iterator[str]:
    if given.get("environment") == "production":
        for name in ("allowLoadTests", "faultLab"):
            if given.get(name) == "true":
                yield f"{name} is true; expected false, since environment is production"


def _elsewhere(name: str, uri: str, environ: Mapping[str, str]) -> Iterator[str]:
    """Whether an image lies in another account or region than the CDK's command line deploys to."""
    try:
        image = Image.parsed(uri)
    except ValueError:
        return  # told by its key
    account, region = environ.get("CDK_DEFAULT_ACCOUNT", ""), environ.get("CDK_DEFAULT_REGION", "")
    if account and account != image.account:
        yield (
            f"{name} lies in account {image.account}, and the credentials are of account {account}; expected the "
            f"same: take credentials of {image.account} (AWS_PROFILE=…), or push the image to {account}"
        )
    if region and region != image.region:
        yield (
            f"{name} lies in region {image.region}, and the deployment goes to {region}; expected the same: set "
            f"AWS_REGION={image.region}, or push the image to {region}"
        )
