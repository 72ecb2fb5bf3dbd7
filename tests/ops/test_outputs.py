"""The file of outputs, as people give it."""

import json
from pathlib import Path

import pytest

from ops.deployment.outputs import Outputs
from ops.errors import OperationError


def refused(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OperationError) as told:
        Outputs.read(path)
    return str(told.value).removeprefix(f"{path}").lstrip(": ")


@pytest.mark.parametrize("text", ["", "[]", '{"Ballast-staging-Data": 1}', '{"Ballast-staging-Data": {"Url": 1}}'])
def test_what_is_no_object_of_stacks_is_told(tmp_path: Path, text: str) -> None:
    assert refused(tmp_path / "o", text).startswith("is not what `cdk deploy --outputs-file` writes")


@pytest.mark.parametrize(
    ("stacks", "said"),
    [
        (["Other"], "has no stack Ballast-ENVIRONMENT-…; expected the stacks of one environment."),
        (
            ["Ballast-a-Data", "Ballast-b-Data"],
            "has those of a, b; expected the stacks of one environment.",
        ),
    ],
)
def test_the_stacks_are_those_of_one_environment(tmp_path: Path, stacks: list[str], said: str) -> None:
    assert refused(tmp_path / "o", json.dumps({name: {} for name in stacks})) == said


def test_an_arn_that_is_none_is_told_with_its_value(tmp_path: Path) -> None:
    service = {"ServiceUrl": "u", "ServiceArn": "ballast", "ImageUri": "i"}
    data = {"OperatorTokenArn": "o", "ViewerTokenArn": "v"}
    told = {"Ballast-my-own-Service": service, "Ballast-my-own-Data": data}
    assert refused(tmp_path / "o", json.dumps(told)).startswith(
        "the Service stack's ServiceArn is ballast; expected an ARN"
    )
