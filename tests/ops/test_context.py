"""The context that the CDK will use."""

from pathlib import Path

import pytest

from ops.deployment.context import with_that_of
from ops.errors import OperationError
from ops.exit_codes import Exit


def written(folder: Path, text: str) -> Path:
    (folder / "cdk.json").write_text(text, encoding="utf-8")
    return folder


def test_what_is_given_goes_above_the_file_whose_values_are_read_as_the_stacks_do(tmp_path: Path) -> None:
    kept = '{"context": {"@aws-cdk/core:x": true, "faultLab": true, "budget": 50, "environment": "staging"}}'
    assert with_that_of(written(tmp_path, kept), {"environment": "production"}) == {
        "faultLab": "true",
        "budget": "50",
        "environment": "production",
    }


def test_a_folder_or_a_file_without_context_has_none(tmp_path: Path) -> None:
    assert with_that_of(tmp_path, {"budget": "50"}) == {"budget": "50"}
    assert with_that_of(written(tmp_path, "{}"), {}) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"context": ', "is not JSON"),
        ("[]", "has no object as its context"),
        ('{"context": []}', "has no object as its context"),
    ],
)
def test_a_broken_file_is_not_taken_for_an_empty_one(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(OperationError, match=f"{tmp_path}/cdk.json {said}") as told:
        with_that_of(written(tmp_path, text), {})
    assert told.value.exit_code == Exit.USAGE


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "cdk.json").mkdir()
    with pytest.raises(OperationError, match=r"cdk\.json cannot be read: Is a directory"):
        with_that_of(tmp_path, {})
