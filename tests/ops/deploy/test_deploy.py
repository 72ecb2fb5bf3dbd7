"""`ops deploy` changes nothing when something is wrong, and else waits until the deployment has ended."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ops import delivery
from ops.commands.deploy import deploy
from ops.deployment import image_history
from tests.ops.conftest import Ops, Place
from tests.ops.played_aws import IMAGE, PlayedAws


def test_all_problems_come_in_one_message_before_anything_is_done(ops: Ops) -> None:
    made = ops("deploy", "-c", "imageUri=ballast:2", "--yes", AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    assert made.returncode == 5
    lines = made.stderr.splitlines()
    assert lines[0] == "Nothing was deployed:"
    assert [line.partition(";")[0].partition(" in ")[0] for line in lines[1:]] == [
        "- There is no cdk.json",
        "- imageUri is ballast:2",
        "- There are no AWS credentials",
    ]


def test_a_context_that_is_none_is_a_usage_error(ops: Ops) -> None:
    made = ops("deploy", "-c", "imageUri", "-c", "=x")
    assert (made.returncode, made.stderr) == (2, "-c imageUri: expected KEY=VALUE.\n-c =x: expected KEY=VALUE.\n")


@pytest.mark.usefixtures("bootstrapped")
def test_what_the_stacks_refuse_changes_nothing(ops: Ops, checkout: Path, tmp_path: Path) -> None:
    refusing = tmp_path / "app.py"
    refusing.write_text("import sys\nsys.exit('budget is 0; expected more')\n", encoding="utf-8")
    output = {"CDK_OUTPUT": str(tmp_path / "cdk.out"), "CDK_APP": f"{sys.executable} {refusing}"}
    arguments = ("-c", f"imageUri={IMAGE}:2", "--yes", "--outputs-file", str(tmp_path / "outputs.json"))
    made = ops("deploy", *arguments, "--output", "json", folder=checkout, **output)
    assert made.returncode == 5
    assert "budget is 0; expected more" in made.stderr
    assert json.loads(made.stdout)["stacks"] == []


def test_a_deployment_that_is_still_under_way_is_waited_for(
    place: Place,
    bootstrapped: PlayedAws,
    checkout: Path,
    tool: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tool("node", "v22.1.0")
    tool("cdk", "deployed")
    monkeypatch.chdir(checkout)
    monkeypatch.setattr(delivery, "POLL", 0.01)
    bootstrapped.runs(f"{IMAGE}:1", "IN_PROGRESS")
    bootstrapped.soon_runs(f"{IMAGE}:2", "SUCCEEDED")
    deploy(context=[f"imageUri={IMAGE}:2", "budget=50"], outputs_file=place.outputs_file, yes=True)
    recorded = image_history.read(bootstrapped.session, "development")
    assert recorded == [image_history.Deployed(image=f"{IMAGE}:2", context={"budget": "50"})]
