"""`ops rollback --deployment`, as a process, up to the CDK's command line."""

import json
import os
import pty
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from ops.deployment import image_history
from ops.deployment.deployment import Deployment
from ops.deployment.image_history import Deployed
from ops.deployment.outputs import Outputs
from ops.deployment.settings_file import digest
from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.rollback_plan import Plan, planned
from tests.ops.conftest import ROOT, SECRETS, Ops, write_outputs
from tests.ops.played_aws import IMAGE, SERVICE_ARN, PlayedAws, PlayedStack

ROLLBACK = ("rollback", "--deployment", "--reason", "it is slow", "--outputs-file")


@dataclass(frozen=True)
class Stacks:
    """The Service stack asks for image 2, and ECR has the first two."""

    aws: PlayedAws
    file: Path

    def planned(self, to: str | None = None, **given: str) -> Plan:
        return planned(Deployment(Outputs.read(self.file)), self.file.parent, to=to, given=given)


@pytest.fixture
def stacks(aws: PlayedAws, tmp_path: Path) -> Stacks:
    aws.stacks = [PlayedStack(name="Ballast-development-Service", outputs={"ImageUri": f"{IMAGE}:2"})]
    aws.push("1", "2")
    made = Stacks(aws, tmp_path / "outputs.json")
    write_outputs(made.file, dict.fromkeys(SECRETS, "arn"), "https://127.0.0.1:1", "https://127.0.0.1:1")
    return made


def test_a_dry_run_says_what_would_be_done_and_how_it_is_taken_back(stacks: Stacks, ops: Ops) -> None:
    for image, context in ((f"{IMAGE}:1", None), (f"{IMAGE}:2", {"environment": "development", "budget": "50"})):
        image_history.record(stacks.aws.session, "development", Deployed(image=image, context=context))
    file = str(stacks.file)
    made = ops(*ROLLBACK, file, "--dry-run", "-c", "alarmEmail=a@b.example")
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout.splitlines() == [
        f"development: the stacks ask for {IMAGE}:2; {IMAGE}:2 runs.",
        f"Back to {IMAGE}:1: it ran before, by the history of images.",
        (
            f"By:    cdk deploy --all --no-notices --require-approval never --outputs-file {file} "
            f"-c environment=development -c budget=50 -c alarmEmail=a@b.example -c imageUri={IMAGE}:1"
        ),
        f"Taken back by:  ops rollback --deployment --outputs-file {file} --to {IMAGE}:2 --reason 'taken back'",
    ]
    told = json.loads(ops(*ROLLBACK, file, "--dry-run", "--output", "json").stdout)
    assert (told["to"], told["stacks_ask_for"], told["command"].split()[:2]) == (
        f"{IMAGE}:1",
        f"{IMAGE}:2",
        ["cdk", "deploy"],
    )


def test_an_image_that_nobody_recorded_must_be_named(stacks: Stacks, ops: Ops) -> None:
    file = str(stacks.file)
    made = ops(*ROLLBACK, file, "--yes")
    assert made.returncode == 3
    assert made.stderr.startswith(f"Nobody recorded which image ran before {IMAGE}:2")
    assert "ECR has of ballast, newest first: " in made.stderr
    plan = stacks.planned(f"{IMAGE}:1")
    assert plan.why == "as --to says"
    assert plan.warnings == [
        "The context of the last deployment is not recorded; what is not its default must be given with -c."
    ]
    assert plan.context == {"environment": "development", "compute": "apprunner", "imageUri": f"{IMAGE}:1"}


@pytest.mark.parametrize(
    "since",
    [
        [],  # `cdk deploy` alone, or an `ops deploy` that failed
        [Deployed(image=f"{IMAGE}:2", context=None)],  # which an `ops deploy` that failed found running
    ],
)
def test_the_context_of_an_older_deployment_is_not_passed_off_as_the_last_one_s(
    stacks: Stacks, since: list[Deployed]
) -> None:
    known = Deployed(image=f"{IMAGE}:1", context={"budget": "50", "compute": "express"})
    for each in (known, *since):
        image_history.record(stacks.aws.session, "development", each)
    plan = stacks.planned(f"{IMAGE}:1")
    (warning,) = plan.warnings
    assert warning == (
        f"The context with which {IMAGE}:2 was deployed is not recorded; that of {IMAGE}:1 is taken, "
        "and what has changed since must be given with -c."
    )
    assert (plan.context["budget"], plan.context["compute"]) == ("50", "apprunner")


def test_a_settings_file_is_deployed_again_only_as_it_was_or_by_an_operator_s_word(stacks: Stacks) -> None:
    file, context = stacks.file.with_name("settings"), {"settingsFile": "settings"}
    file.write_text("LOG_LEVEL=debug\n", encoding="utf-8")
    then = digest(context, file.parent)
    image_history.record(
        stacks.aws.session, "development", Deployed(image=f"{IMAGE}:2", context=context, settings=then)
    )
    assert stacks.planned(f"{IMAGE}:1").settings == then

    file.write_text("LOG_LEVEL=info\n", encoding="utf-8")
    with pytest.raises(OperationError, match=f"it was {then} when it was deployed. Bring that file back") as told:
        stacks.planned(f"{IMAGE}:1")
    assert told.value.exit_code == Exit.REFUSED
    chosen = stacks.planned(f"{IMAGE}:1", settingsFile="settings")
    assert chosen.settings == digest(context, file.parent) != then

    file.unlink()
    with pytest.raises(OperationError, match="settingsFile is settings, which cannot be read: No such file"):
        stacks.planned(f"{IMAGE}:1")


def test_a_settings_file_that_nobody_recorded_is_not_deployed_unsaid(stacks: Stacks) -> None:
    stacks.file.with_name("settings").write_text("LOG_LEVEL=debug\n", encoding="utf-8")
    recorded = Deployed(image=f"{IMAGE}:2", context={"settingsFile": "settings"})
    image_history.record(stacks.aws.session, "development", recorded)
    with pytest.raises(OperationError, match="what it was when it was deployed is not recorded"):
        stacks.planned(f"{IMAGE}:1")


def test_a_program_is_told_what_is_not_known_too(stacks: Stacks, ops: Ops) -> None:
    file = str(stacks.file)
    made = ops(*ROLLBACK, file, "--to", f"{IMAGE}:1", "--dry-run", "--output", "json")
    (warning,) = json.loads(made.stdout)["warnings"]
    assert "is not recorded" in warning
    asked = ops(*ROLLBACK, file, "--to", f"{IMAGE}:1", "--output", "json")
    assert asked.stderr.startswith(warning)


@pytest.mark.parametrize(
    ("to", "exit_code", "said"),
    [
        ("ballast:1", 2, "--to is ballast:1; expected ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG."),
        (f"{IMAGE}:2", 5, f"{IMAGE}:2 is what runs; there is nothing to roll back."),
        (f"{IMAGE}:9", 3, f"There is no image {IMAGE}:9 in ECR; name another with --to."),
    ],
)
def test_what_cannot_be_rolled_back_to_is_told(stacks: Stacks, to: str, exit_code: int, said: str) -> None:
    with pytest.raises(OperationError) as told:
        stacks.planned(to)
    assert (told.value.exit_code, str(told.value)) == (exit_code, said)


def test_nothing_is_rolled_back_while_the_platform_deploys(stacks: Stacks) -> None:
    stacks.aws.runs(f"{IMAGE}:2", "IN_PROGRESS")
    with pytest.raises(OperationError, match=r"App Runner is still deploying \(IN_PROGRESS\); wait until it ends"):
        stacks.planned()


def test_a_paused_service_must_be_resumed_first(stacks: Stacks) -> None:
    stacks.aws.runs(f"{IMAGE}:2", "SUCCEEDED", service="PAUSED", later=["PAUSE_SERVICE"])
    with pytest.raises(OperationError, match=f"service is PAUSED.*resume-service --service-arn {SERVICE_ARN}"):
        stacks.planned(f"{IMAGE}:1")


def test_nothing_is_rolled_back_that_is_not_deployed(stacks: Stacks) -> None:
    stacks.aws.stacks = [PlayedStack(name="Ballast-development-of-others-Service", outputs={"ImageUri": f"{IMAGE}:2"})]
    with pytest.raises(OperationError, match="There is no stack Ballast-development-Service to roll back"):
        stacks.planned()


def test_nobody_is_rolled_back_unasked(stacks: Stacks, ops: Ops) -> None:
    made = ops(*ROLLBACK, str(stacks.file), "--to", f"{IMAGE}:1")
    assert (made.returncode, made.stderr.strip()) == (
        2,
        f"Roll development back to {IMAGE}:1? Nobody can be asked here; pass --yes.",
    )


def test_an_interruption_at_the_question_does_nothing(stacks: Stacks) -> None:
    ours, its = pty.openpty()
    command = [sys.executable, "-m", "ops", *ROLLBACK, str(stacks.file), "--to", f"{IMAGE}:1"]
    environment = {**os.environ, **stacks.aws.environment, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command, cwd=stacks.file.parent, env=environment, stdin=its, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        assert process.stderr is not None
        while not (said := process.stderr.read(1)).endswith(b"?"):
            assert said, "it did not ask"
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    finally:
        process.kill()
        os.close(ours)
        os.close(its)
    assert (process.returncode, told.decode().strip().splitlines()[-1]) == (130, "Nothing was done.")


def test_it_must_be_said_what_to_roll_back(ops: Ops) -> None:
    made = ops("rollback", "--reason", "it is slow")
    assert (made.returncode, made.stderr) == (2, "Say what to roll back: the name of a rollout, or --deployment.\n")
