import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.stacks.conftest import Synthesized

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "aws.md"

DEPENDS_TWICE = "W3005"
"""The CDK writes DependsOn beside a GetAtt that says the same."""

OF_SOMETHING_ELSE = {"MetricName", "PolicyName"}
"""Names that count within a namespace or a role alone."""


def test_cfn_lint_finds_nothing_in_any_template(
    synthesized: Synthesized, production: Synthesized, express: Synthesized, lab: Synthesized
) -> None:
    deployments = (synthesized, production, express, lab)
    templates = [str(file) for made in deployments for file in sorted(made.folder.glob("*.template.json"))]
    assert len(templates) >= 4 * len(deployments)
    lint = [str(Path(sys.prefix, "bin", "cfn-lint")), "--regions", "eu-west-1", "--ignore-checks", DEPENDS_TWICE, "--"]
    linted = subprocess.run([*lint, *templates], capture_output=True, text=True, check=False)
    assert (linted.stdout, linted.returncode) == ("", 0)


def test_the_cdk_has_nothing_to_warn_of(
    synthesized: Synthesized, production: Synthesized, express: Synthesized, lab: Synthesized
) -> None:
    told = [
        entry["data"]
        for made in (synthesized, production, express, lab)
        for entry in _metadata(made)
        if entry["type"] in {"aws:cdk:warning", "aws:cdk:error"}
    ]
    assert told == []


def test_each_accepted_finding_of_cdk_nag_stands_in_the_documentation_with_its_reason_and_no_other_does(
    synthesized: Synthesized, production: Synthesized, express: Synthesized, lab: Synthesized
) -> None:
    accepted = {rule for made in (synthesized, production, express, lab) for rule in _accepted(made)}
    _, _, table = DOCUMENTATION.read_text(encoding="utf-8").partition("## Accepted findings of cdk-nag")
    rows = re.findall(r"^\| (.+) \| .+ \|$", table.partition("\n## ")[0], re.MULTILINE)
    assert {rule for row in rows for rule in re.findall(r"\b[A-Z]{1,3}\d+\b", row)} == accepted


def test_nothing_has_a_name_that_another_environment_would_want_too(synthesized: Synthesized, lab: Synthesized) -> None:
    assert not _fixed_names(synthesized) & _fixed_names(lab)


def test_nothing_is_tagged_since_a_tag_replaces_what_runs(synthesized: Synthesized, express: Synthesized) -> None:
    for made, kind in ((synthesized, "AWS::AppRunner::Service"), (express, "AWS::ECS::ExpressGatewayService")):
        assert "Tags" not in made.only(made.service, kind)


def _accepted(made: Synthesized) -> set[str]:
    """The rules that some construct is excused from."""
    excuses = [entry["data"] for entry in _metadata(made) if entry["type"] == "aws:cdk:acknowledged-rules"]
    assert all(reason for excuse in excuses for reason in excuse.values())
    return {rule for excuse in excuses for rule in re.findall(r"AwsSolutions-([A-Z]+\d+)", " ".join(excuse))}


def _metadata(made: Synthesized) -> Iterator[dict[str, Any]]:
    """What the CDK keeps about each construct."""
    for file in made.folder.glob("*.metadata.json"):
        for entries in json.loads(file.read_text()).values():
            yield from entries


def _fixed_names(made: Synthesized) -> set[str]:
    return {
        value
        for concern in made.concerns
        for resource in made.of(concern).to_json()["Resources"].values()
        for name, value in resource.get("Properties", {}).items()
        if name.endswith("Name") and isinstance(value, str) and name not in OF_SOMETHING_ELSE
    }
