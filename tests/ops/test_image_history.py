"""Which image ran before, as the history has it."""

from dataclasses import replace

import pytest

from ops.deployment import image_history
from ops.deployment.compute import LatestDeployment
from ops.deployment.image_history import Deployed, previous
from ops.errors import OperationError
from ops.rollback_plan import before, last_with_context
from tests.ops.played_aws import IMAGE, PlayedAws


def deployed(*images: str) -> list[Deployed]:
    """`-1` is a rollback to image 1."""
    return [Deployed(image=each[-1], context={}, rollback="why" if each.startswith("-") else None) for each in images]


@pytest.mark.parametrize(
    ("history", "now", "expected"),
    [
        (["1", "2"], "2", "1"),
        (["1", "2", "3", "-2"], "2", "1"),  # not forward again to what was taken back
        (["1", "2", "3", "-2", "-1"], "1", None),
        (["1", "2", "-1", "3"], "3", "1"),
        (["1", "2", "2"], "2", "1"),  # once more, with another context
        (["1", "2"], "3", "2"),  # 3 was deployed by others
        (["1", "-9"], "9", "1"),  # back to what nobody recorded
        (["1", "2", "3"], "2", "1"),  # which others had deployed again
        (["1", "2"], "1", None),
        (["1"], "1", None),
        ([], "1", None),
    ],
)
def test_the_image_before_is_the_last_that_no_rollback_took_back(
    history: list[str], now: str, expected: str | None
) -> None:
    assert previous(deployed(*history), now) == expected


def test_the_history_is_read_as_it_was_recorded(aws: PlayedAws) -> None:
    assert image_history.read(aws.session, "staging") == []
    made = [
        Deployed(image=f"{IMAGE}:1", context=None),
        Deployed(image=f"{IMAGE}:2", context={"budget": "50"}, settings="sha256:0"),
        Deployed(image=f"{IMAGE}:1", context={"budget": "50"}, rollback='"2" is slow'),
    ]
    for each in made:
        image_history.record(aws.session, "staging", each)
    assert image_history.read(aws.session, "staging") == made
    assert image_history.read(aws.session, "production") == []


def test_an_entry_of_before_the_settings_were_recorded_is_read(aws: PlayedAws) -> None:
    value = '{"image": "1", "context": {}, "rollback": null}'
    aws.session.client("ssm").put_parameter(Name=image_history.parameter("staging"), Value=value, Type="String")
    assert image_history.read(aws.session, "staging") == [Deployed(image="1", context={})]


@pytest.mark.parametrize("value", ["no JSON", "[]", '{"picture": "1"}'])
def test_a_history_that_somebody_else_wrote_is_a_sentence(aws: PlayedAws, value: str) -> None:
    name = image_history.parameter("staging")
    aws.session.client("ssm").put_parameter(Name=name, Value=value, Type="String")
    with pytest.raises(OperationError, match="/ballast/staging/deployed is not what `ops deploy` writes"):
        image_history.read(aws.session, "staging")


RUNS = LatestDeployment(platform="App Runner", operation="UPDATE_SERVICE", status="SUCCEEDED", image="2")


def test_a_rollback_goes_to_what_ran_before() -> None:
    target = before(deployed("1", "2"), asked_for="2", latest=RUNS)
    assert target == ("1", "it ran before, by the history of images")
    assert before([], asked_for="2", latest=RUNS) is None


def test_after_the_platform_rolled_back_by_itself_the_stacks_go_to_what_runs() -> None:
    latest = replace(RUNS, status="ROLLBACK_SUCCEEDED")
    target = before(deployed("1", "2"), asked_for="3", latest=latest)
    assert target == ("2", "it runs since App Runner rolled the last deployment back by itself")
    by_hand = before(deployed("1", "2"), asked_for="3", latest=RUNS)
    assert by_hand == ("2", "it runs, though the stacks ask for another")


def test_the_context_is_the_newest_that_is_known() -> None:
    known, unknown = (
        replace(each, context=context) for each, context in zip(deployed("1", "2"), [{"a": "1"}, None], strict=True)
    )
    assert last_with_context([known, unknown]) == known
    assert last_with_context([unknown]) is None
