from pathlib import Path

import pytest

from service.settings.settings import declared
from stacks.deployment import ContextError, parse
from stacks.settings_file import OWN
from tests.stacks.conftest import IMAGE, Synthesized
from tests.stacks.running import running


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.env"


def test_lines_become_settings_and_comments_do_not(file: Path) -> None:
    file.write_text("# shorter, for a demonstration\nBREAKER_OPEN_SECONDS=3\n\n  ROLLOUT_STEPS=0.1,0.5,1\n")
    deployment = parse({"imageUri": IMAGE, "settingsFile": str(file)})
    assert deployment.settings == {"BREAKER_OPEN_SECONDS": "3", "ROLLOUT_STEPS": "0.1,0.5,1"}


def test_without_a_file_there_are_none() -> None:
    assert parse({"imageUri": IMAGE}).settings == {}


def test_each_line_that_is_wrong_is_told_by_its_number(file: Path) -> None:
    file.write_text("BREAKER_OPEN_SECONDS 3\nPORT=1\nSLO_ERROR_RATE=0.01\nSLO_ERROR_RATE=0.02\n")
    with pytest.raises(ContextError) as caught:
        parse({"imageUri": IMAGE, "settingsFile": str(file)})
    assert str(caught.value).splitlines() == [
        f"settingsFile: line 1 of {file} is no setting; expected NAME=VALUE",
        f"settingsFile: line 2 of {file} sets PORT; expected what the stacks do not give",
        f"settingsFile: line 4 of {file} sets SLO_ERROR_RATE once more; expected each setting once",
    ]


def test_a_file_that_is_not_there_is_told(file: Path) -> None:
    with pytest.raises(ContextError, match=r"settingsFile is .*settings\.env, which cannot be read .*No such file"):
        parse({"imageUri": IMAGE, "settingsFile": str(file)})


def test_what_the_stacks_give_themselves_is_what_no_file_may_set(synthesized: Synthesized) -> None:
    made = running(synthesized)
    assert {*made.variables, *made.secrets} <= OWN
    assert OWN - {"AWS_REGION"} <= {variable.name for _, variable in declared()}
