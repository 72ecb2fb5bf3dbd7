"""docs/examples/ci.yml is a workflow that would run here, with no more rights than it needs."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs/examples/ci.yml").read_text(encoding="utf-8")
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
VERIFYING = {
    "apprunner:DescribeService",
    "apprunner:ListOperations",
    "budgets:ViewBudget",
    "cloudwatch:DescribeAlarms",
    "s3:GetBucketPolicyStatus",
    "s3:GetBucketPublicAccessBlock",
    "secretsmanager:GetSecretValue",
}
"""What `ops verify-deployment` asks of AWS on App Runner, as docs/ops.md lists it."""

ON = True
"""What YAML 1.1 reads where a workflow says `on`."""


def commands(*jobs: str) -> list[str]:
    """What these jobs run, in its order; every job, if none is named."""
    return [step["run"] for name in jobs or JOBS for step in JOBS[name]["steps"] if "run" in step]


def test_every_target_of_make_that_it_names_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("$(READY)", ".venv/.ready")
    named = {target for command in commands() for target in re.findall(r"^make (\S+)", command, re.MULTILINE)}
    assert named >= {"check", "test", "image", "dashboard"}
    assert [target for target in named if not re.search(rf"^{re.escape(target)}:", makefile, re.MULTILINE)] == []


def test_whatever_runs_the_cdk_comes_after_the_dashboard_that_it_deploys() -> None:
    running = {name for name in JOBS if any(".venv/bin/cdk" in command for command in commands(name))}
    assert running == {"synth", "deploy"}
    for name in running:
        steps = commands(name)
        first = next(number for number, command in enumerate(steps) if ".venv/bin/cdk" in command)
        assert any(re.match(r"make (?:\S+ )*dashboard$", command) for command in steps[:first]), name


def test_a_deployment_is_judged_at_its_end_by_what_the_cdk_wrote_of_it() -> None:
    *_, deploying, judging = commands("deploy")
    (outputs,) = re.findall(r"--outputs-file (\S+)", deploying)
    assert ".venv/bin/cdk deploy" in deploying
    assert judging == f".venv/bin/ops verify-deployment --outputs-file {outputs}"


def test_every_program_of_the_environment_that_it_names_is_there() -> None:
    named = {name for command in commands() for name in re.findall(r"\.venv/bin/([\w-]+)", command)}
    assert named == {"cdk", "ops"}
    assert [name for name in named if not Path(sys.executable).with_name(name).exists()] == []


def test_each_variable_that_it_sets_for_make_is_one_that_make_reads() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    given = {name for command in commands() if command.startswith("make") for name in re.findall(r"(\w+)=", command)}
    assert [name for name in given if not re.search(rf"^{name} \?=", makefile, re.MULTILINE)] == []


def test_no_job_may_more_than_read_and_only_the_deployment_can_prove_who_it_is() -> None:
    assert WORKFLOW["permissions"] == {}
    granted = {name: job["permissions"] for name, job in JOBS.items()}
    assert granted.pop("deploy") == {"contents": "read", "id-token": "write"}
    assert all(permissions == {"contents": "read"} for permissions in granted.values())


def test_code_of_others_is_tested_and_never_deployed() -> None:
    assert set(WORKFLOW[ON]) == {"pull_request", "push"}  # never pull_request_target
    deploy = JOBS["deploy"]
    assert deploy["if"] == "github.event_name == 'push' && github.ref == 'refs/heads/main'"
    assert (set(deploy["needs"]), deploy["environment"]) == ({"check", "test", "synth"}, "production")


def test_no_secret_is_kept_there_and_no_shell_reads_what_others_write() -> None:
    assert "secrets." not in TEXT
    assert [command for command in commands() if "${{" in command] == []
    checkouts = [step for job in JOBS.values() for step in job["steps"] if "checkout" in step.get("uses", "")]
    assert all(step["with"] == {"persist-credentials": False} for step in checkouts)


def test_every_action_is_its_owners_and_pinned_by_a_major_version() -> None:
    used = {step["uses"] for job in JOBS.values() for step in job["steps"] if "uses" in step}
    assert used
    assert [action for action in used if not re.fullmatch(r"(?:aws-)?actions/[a-z-]+@v\d+", action)] == []


def test_the_roles_policies_in_the_document_are_json_and_trust_one_environment() -> None:
    text = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
    trust, allowed = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL))
    (statement,) = trust["Statement"]
    (subject,) = statement["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]
    assert subject.endswith(f":environment:{JOBS['deploy']['environment']}")
    assert "*" not in json.dumps(trust)
    actions = {action for entry in allowed["Statement"] for action in _listed(entry["Action"])}
    assert not any(action.endswith("*") for action in actions)
    assert actions >= VERIFYING


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
