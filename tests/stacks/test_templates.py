import subprocess
import sys
from pathlib import Path

from tests.stacks.conftest import Synthesized

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
    linted = subprocess.run(  # noqa: S603 - the test's own command
        [*lint, *templates], capture_output=True, text=True, check=False
    )
    assert (linted.stdout, linted.returncode) == ("", 0)


def test_nothing_has_a_name_that_another_environment_would_want_too(synthesized: Synthesized, lab: Synthesized) -> None:
    assert not _fixed_names(synthesized) & _fixed_names(lab)


def test_nothing_is_tagged_since_a_tag_replaces_what_runs(synthesized: Synthesized, express: Synthesized) -> None:
    for made, kind in ((synthesized, "AWS::AppRunner::Service"), (express, "AWS::ECS::ExpressGatewayService")):
        assert "Tags" not in made.only(made.service, kind)


def _fixed_names(made: Synthesized) -> set[str]:
    return {
        value
        for concern in made.concerns
        for resource in made.of(concern).to_json()["Resources"].values()
        for name, value in resource.get("Properties", {}).items()
        if name.endswith("Name") and isinstance(value, str) and name not in OF_SOMETHING_ELSE
    }
