"""What a report tells about where it was made."""

from argparse import Namespace

import pytest

from harness.conduct.environment import describe_environment
from harness.plan.requests import embed
from harness.plan.scenario import Phase, Scenario


def test_in_an_image_the_commit_is_the_one_that_it_was_built_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BALLAST_REVISION", "0123abcd")
    scenario = Scenario(name="s", title="", phases=[Phase(name="p", seconds=1, rate=1)], requests=[embed], criteria=[])
    options = Namespace(
        host="",
        target="local",
        outputs_file="",
        locustfile="loadtests",
        processes=None,
        service_command="python -m service",
    )
    assert describe_environment(scenario, options, players=1)["commit"] == "0123abcd"
