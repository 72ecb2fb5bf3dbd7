"""Where a rollback of a deployment goes, and by which command."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ops.checks.latest_deployment import RESUME
from ops.deployment import cdk, compute, image_history, settings_file, stacks
from ops.deployment.compute import LatestDeployment
from ops.deployment.context import COMPUTE, ENVIRONMENT, IMAGE, with_that_of
from ops.deployment.deployment import Deployment
from ops.deployment.image import EXPECTED, Image, exists, newest
from ops.deployment.image_history import Deployed
from ops.deployment.settings_file import SETTINGS_FILE
from ops.errors import OperationError
from ops.exit_codes import Exit


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a rollback does."""

    environment: str
    stacks_ask_for: str
    runs: str
    to: str
    why: str  # this image and no other
    context: Mapping[str, str]
    settings: str | None  # the digest of the settings file that it names
    warnings: Sequence[str]  # what is not known of the context


def planned(place: Deployment, folder: Path, *, to: str | None, given: Mapping[str, str]) -> Plan:
    """The plan, from what AWS says now and the checkout in `folder` holds; `to` is an operator's own choice.

    Raises OperationError.
    """
    outputs = place.outputs
    states = stacks.states(place.session, outputs.environment)
    asked_for = stacks.output(states, outputs.stack_name("Service"), "ImageUri")
    if asked_for is None:
        raise OperationError(f"There is no stack {outputs.stack_name('Service')} to roll back.", Exit.NOT_FOUND)
    latest = compute.latest_deployment(place.session, outputs["Service", "ServiceArn"])
    _refuse_unless_at_rest(latest, arn=outputs["Service", "ServiceArn"])
    history = image_history.read(place.session, outputs.environment)
    target = (to, "as --to says") if to else before(history, asked_for=asked_for, latest=latest)
    if target is None:
        raise OperationError(_unknown(place, asked_for), Exit.NOT_FOUND)
    image, why = target
    _check(place, image, asked_for=asked_for, runs=latest.image)
    recorded = last_with_context(history)
    warnings = list(_unrecorded(history, recorded, asked_for=asked_for))
    told = outputs.values.get(("Service", "Compute"))
    base = {ENVIRONMENT: outputs.environment, **(recorded.context or {} if recorded else {})}
    if warnings and told:
        base[COMPUTE] = told  # with another, CloudFormation would replace the service
    context = {**base, **given, IMAGE: image}
    effective = with_that_of(folder, context)
    settings = settings_file.digest(effective, folder)
    if settings and SETTINGS_FILE not in given:
        _compare(effective[SETTINGS_FILE], settings, recorded)
    return Plan(
        environment=outputs.environment,
        stacks_ask_for=asked_for,
        runs=latest.image,
        to=image,
        why=why,
        context=context,
        settings=settings,
        warnings=warnings,
    )


def _refuse_unless_at_rest(latest: LatestDeployment, *, arn: str) -> None:
    if latest.under_way:
        doing = latest.service if latest.succeeded else latest.status
        raise OperationError(f"{latest.platform} is still deploying ({doing}); wait until it ends.", Exit.REFUSED)
    if latest.stopped:
        raise OperationError(
            f"{latest.platform}'s service is {latest.service}, and no image gets healthy there; resume it first: "
            f"`{RESUME} {arn}`.",
            Exit.REFUSED,
        )


def before(history: Sequence[Deployed], *, asked_for: str, latest: LatestDeployment) -> tuple[str, str] | None:
    """The image to go back to and why it is this one; None: nobody knows it."""
    if latest.image and latest.image != asked_for:
        by_itself = f"it runs since {latest.platform} rolled the last deployment back by itself"
        return latest.image, by_itself if latest.rolled_back else "it runs, though the stacks ask for another"
    previous = image_history.previous(history, asked_for)
    return None if previous is None else (previous, "it ran before, by the history of images")


def last_with_context(history: Sequence[Deployed]) -> Deployed | None:
    """The newest deployment whose context is known."""
    return next((each for each in reversed(history) if each.context is not None), None)


def _unrecorded(history: Sequence[Deployed], recorded: Deployed | None, *, asked_for: str) -> Iterator[str]:
    """What `cdk deploy` alone, or a deployment that failed, left unsaid of the context that the stacks have now."""
    if recorded is None:
        yield "The context of the last deployment is not recorded; what is not its default must be given with -c."
    elif history[-1] is not recorded or recorded.image != asked_for:
        yield (
            f"The context with which {asked_for} was deployed is not recorded; that of {recorded.image} is taken, "
            "and what has changed since must be given with -c."
        )


def _compare(file: str, now: str, recorded: Deployed | None) -> None:
    """Whether the settings file is what it was; only an operator may deploy another one under its name."""
    then = recorded.settings if recorded else None
    if now != then:
        was = f"it was {then} when it was deployed" if then else "what it was when it was deployed is not recorded"
        raise OperationError(
            f"{SETTINGS_FILE} is {file}, which is {now} now; {was}. Bring that file back, or say "
            f"-c {SETTINGS_FILE}={file} to deploy what it holds now.",
            Exit.REFUSED,
        )


def deploy_command(plan: Plan, outputs_file: Path) -> list[str]:
    """The command that does it."""
    return cdk.deploy_command(plan.context, outputs_file, approved=True)


def reverse_command(plan: Plan, outputs_file: Path) -> list[str]:
    """The command that takes it back."""
    where = ["--outputs-file", str(outputs_file), "--to", plan.stacks_ask_for]
    return ["ops", "rollback", "--deployment", *where, "--reason", "taken back"]


def _check(place: Deployment, image: str, *, asked_for: str, runs: str) -> None:
    parsed = Image.parsed(image)
    if parsed is None:
        raise OperationError(f"--to is {image}; expected {EXPECTED}.", Exit.USAGE)
    if image == asked_for == runs:
        raise OperationError(f"{image} is what runs; there is nothing to roll back.", Exit.REFUSED)
    if not exists(place.session, parsed):
        raise OperationError(f"There is no image {image} in ECR; name another with --to.", Exit.NOT_FOUND)


def _unknown(place: Deployment, asked_for: str) -> str:
    said = (
        f"Nobody recorded which image ran before {asked_for}: `ops deploy` does, `cdk deploy` does not. "
        "Name it with --to."
    )
    image = Image.parsed(asked_for)
    try:
        known = newest(place.session, image) if image else []
    except OperationError:
        return said  # a hint that cannot be had is no reason to say less
    return said + (f" ECR has of {image.repository}, newest first: {'; '.join(known)}." if image and known else "")
