import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.stacks.conftest import Synthesized


DEPENDS_TWICE = "W3005"
"""The CDK writes DependsOn beside a GetAtt that says the same."""


@pytest.mark.parametrize("name", ["synthesized", "production"])
def test_cfn_lint_finds_nothing_in_any_template(request: pytest.FixtureRequest, name: str) -> None:
    made: Synthesized = request.getfixturevalue(name)
    templates = sorted(str(file) for file in made.folder.glob("*.template.json"))
    assert len(templates) == 3
    linted = subprocess.run(  # noqa: S603 - the test's own command
        [
            str(Path(sys.prefix, "bin", "cfn-lint")),
            "--regions",
            "eu-west-1",
            "--ignore-checks",
            DEPENDS_TWICE,
            "--",
            *templates,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (linted.stdout, linted.returncode) == ("", 0)
