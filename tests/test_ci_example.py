"""docs/examples/ci.yml is a workflow that would run here, with no more rights than it needs."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped] # its types are another package's

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs/examples/ci.yml").read_text(encoding="utf-8")
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
ON = True
"""What YAML 1.1 reads where a workflow says `on`."""


def commands() -> list[str]:
    return [step["run"] for job in JOBS.values() for step in job["steps"] if "run" in step]


def test_every_target_of_make_that_it_names_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("$(READY)", ".venv/.ready")
    named = {target for command in commands() for target in re.findall(r"^make (\S+)", command, re.MULTILINE)}
    assert named >= {"check", "test", "image"}
    assert [target for target in named if not re.search(rf"^{re.escape(target)}:", makefile, re.MULTILINE)] == []


def test_every_program_of_the_environment_that_it_names_is_there() -> None:
    named = {name for command in commands() for name in re.findall(r"\.venv/bin/([\w-]+)", command)}
    assert "cdk" in named
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


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
