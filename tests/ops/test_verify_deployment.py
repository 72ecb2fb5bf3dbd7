"""`ops verify-deployment`, as a process."""

import json
import os
import signal
import subprocess
import sys
import time
from typing import Any

from ops.checks.finding import Verdict
from ops.deployment.deployment import Deployment
from ops.deployment.outputs import Outputs
from ops.verification import Wanted, verify
from tests.ops.conftest import ALARMS, BUCKET, BUDGET, OPERATOR, ROOT, Ops, Place
from tests.ops.played_aws import IMAGE, PlayedStack

VERIFY = ("verify-deployment", "--outputs-file")
CHECKS = (
    "identity",
    "health",
    "gates",
    "uncached",
    "origin",
    "viewers' API",
    "operators' API",
    "latest deployment",
    "alarms",
    "budget",
    "bucket",
    "anonymous read",
    "dashboard",
    "breaker",
)
NOT_WITHOUT_AN_ACCOUNT = "anonymous read"


def verdicts(made: "subprocess.CompletedProcess[str]") -> dict[str, str]:
    told: dict[str, Any] = json.loads(made.stdout)
    return {finding["name"]: finding["verdict"] for finding in told["findings"]}


def test_a_deployment_that_holds_passes_every_check(place: Place, ops: Ops) -> None:
    made = ops(*VERIFY, str(place.outputs_file), "--exercise", "--output", "json")
    assert (made.returncode, made.stderr) == (0, "")
    assert verdicts(made) == {name: "not_asked" if name == NOT_WITHOUT_AN_ACCOUNT else "pass" for name in CHECKS}


def test_people_get_a_line_a_check_and_no_secret(place: Place, ops: Ops) -> None:
    made = ops(*VERIFY, str(place.outputs_file), "--expect-version", "9.9.9")
    assert made.returncode == 10
    lines = made.stdout.splitlines()
    assert lines[0] == (
        "fail       identity           at its own address answers version 0.1.0; "
        "through CloudFront answers version 0.1.0"
    )
    assert lines[1].strip().startswith("expected: ballast 9.9.9 of development, the same boot at its own address")
    assert lines[-1] == "development, account 123456789012, us-east-1: 11 passed, 1 failed, 2 not asked."
    assert "token" not in (made.stdout + made.stderr).replace("without a token", "").replace("its token", "")
    assert "\x1b" not in made.stdout


def test_everything_that_is_wrong_is_told_at_once(place: Place, ops: Ops) -> None:
    place.aws.runs(f"{IMAGE}:1", "ROLLBACK_SUCCEEDED")
    place.aws.stacks = [PlayedStack(name="Ballast-development-Service", outputs={"ImageUri": f"{IMAGE}:3"})]
    place.own.wants = ""
    place.edge.extra = {"Age": "4", "content-security-policy": "default-src *"}
    session = place.aws.session
    session.client("cloudwatch").set_alarm_state(AlarmName=ALARMS[0], StateValue="ALARM", StateReason="a test")
    session.client("budgets").delete_budget(AccountId="123456789012", BudgetName=BUDGET)
    session.client("s3").delete_public_access_block(Bucket=BUCKET)
    made = ops(*VERIFY, str(place.outputs_file), "--output", "json")
    wrong = {"uncached", "origin", "latest deployment", "alarms", "budget", "bucket", "dashboard"}
    assert made.returncode == 10
    assert {name for name, verdict in verdicts(made).items() if verdict == "fail"} == wrong
    assert json.loads(made.stdout)["verdict"] == "fail"
    assert f"{IMAGE}:1 runs; the stacks ask for {IMAGE}:3" in made.stdout  # which is younger than the file


def test_what_cannot_be_told_fails_with_the_reason(place: Place, ops: Ops) -> None:
    told = place.outputs()
    told["Ballast-development-Edge"]["DashboardBucket"] = "another-bucket"
    told["Ballast-development-Data"]["OperatorTokenArn"] += "gone"
    place.outputs_file.write_text(json.dumps(told), encoding="utf-8")
    place.edge.lead_to("http://127.0.0.1:1")
    made = ops(*VERIFY, str(place.outputs_file))
    assert made.returncode == 10
    assert "bucket             it cannot be told: Asking for the public access block of another-bucket" in made.stdout
    assert "operators' API     it cannot be told: Reading the secret" in made.stdout
    assert "/health does not answer" in made.stdout
    assert "Traceback" not in made.stdout + made.stderr


def test_what_was_not_deployed_is_not_asked(place: Place) -> None:
    place.without("Guardrails", "BudgetName")
    place.without("Observability", "AlarmNames")
    place.without("Data", "OriginSecretArn")
    place.own.wants = ""
    deployment = Deployment(Outputs.read(place.outputs_file))
    findings = verify(deployment, Wanted(), began=lambda _: None)
    deployment.close()
    assert [each for each in findings if each.verdict is Verdict.FAIL] == []
    assert {each.name for each in findings if each.verdict is Verdict.NOT_ASKED} == {
        "budget",
        "alarms",
        "origin",
        "anonymous read",
        "breaker",
    }


def test_an_interrupted_exercise_leaves_no_fault_behind(place: Place) -> None:
    bearer = {"Authorization": f"Bearer {OPERATOR}"}

    def faults() -> list[object]:
        asked = [place.own.client.get(f"{each}/api/ops/faults", headers=bearer) for each in place.instances]
        return [fault for answer in asked for fault in answer.json()["faults"]]

    command = [sys.executable, "-m", "ops", *VERIFY, str(place.outputs_file), "--exercise"]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **place.aws.environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    give_up_at = time.monotonic() + 60
    while not faults():
        assert time.monotonic() < give_up_at, "no fault was set"
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert faults() == []


def test_without_outputs_or_with_bad_ones_it_says_what_was_expected(place: Place, ops: Ops) -> None:
    absent = ops(*VERIFY, "absent.json")
    assert (absent.returncode, absent.stderr.partition(";")[0]) == (3, "There is no absent.json")
    place.without("Data", "OperatorTokenArn")
    place.without("Service", "ServiceUrl")
    bad = ops(*VERIFY, str(place.outputs_file))
    assert bad.returncode == 2
    assert [line.partition(": ")[2].partition(" is missing")[0] for line in bad.stderr.splitlines()] == [
        "the Data stack's OperatorTokenArn",
        "the Service stack's ServiceUrl",
    ]


def test_without_the_right_credentials_nothing_is_asked(place: Place, ops: Ops) -> None:
    file = str(place.outputs_file)
    nobody = ops(*VERIFY, file, AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    assert (nobody.returncode, nobody.stderr.partition(";")[0]) == (4, "There are no AWS credentials")
    told = json.loads(place.outputs_file.read_text(encoding="utf-8"))
    service = told["Ballast-development-Service"]
    service["ServiceArn"] = service["ServiceArn"].replace("123456789012", "999999999999")
    place.outputs_file.write_text(json.dumps(told), encoding="utf-8")
    stranger = ops(*VERIFY, file)
    assert (stranger.returncode, stranger.stderr) == (
        4,
        "The AWS credentials are of account 123456789012; expected 999999999999, as in the outputs.\n",
    )


def test_an_aws_out_of_reach_is_a_sentence(place: Place, ops: Ops) -> None:
    made = ops(*VERIFY, str(place.outputs_file), AWS_ENDPOINT_URL="http://127.0.0.1:1")
    assert made.returncode == 6
    assert made.stderr.startswith("Asking whose credentials these are: AWS cannot be reached")
