import pytest

from stacks.deployment import ContextError, parse
from tests.stacks.conftest import IMAGE


def problems_of(**context: str) -> list[str]:
    with pytest.raises(ContextError) as caught:
        parse(context)
    return str(caught.value).splitlines()


def test_an_image_is_all_that_must_be_given() -> None:
    deployment = parse({"imageUri": IMAGE})
    assert deployment.image.repository == "team/ballast"
    assert (deployment.image.account, deployment.image.region) == ("123456789012", "eu-west-1")
    assert not deployment.production


def test_all_problems_are_told_at_once() -> None:
    told = problems_of(environment="Prod_", providerUrl="ftp://x", imageUir="x", flavour="x")
    assert told[:3] == [
        "flavour is not a key of this application; known are: environment, imageUri, providerUrl",
        "imageUir is not a key of this application; did you mean imageUri?",
        "environment is Prod_; expected a name of at most 31 of a-z 0-9 -, beginning with a letter",
    ]
    assert told[3].startswith("imageUri is missing; expected an image in ECR with its tag or digest, ")
    assert told[4].startswith("providerUrl is ftp://x; expected the http or https address of an OpenAI-compatible")
    assert len(told) == 5


@pytest.mark.parametrize("image", ["ballast:1", "123.dkr.ecr.eu-west-1.amazonaws.com/a:1", IMAGE.replace(":1.0", "")])
def test_an_image_must_be_one_in_ecr_with_its_tag(image: str) -> None:
    (told,) = problems_of(imageUri=image)
    assert told.startswith(f"imageUri is {image}; expected an image in ECR")


def test_what_the_cdk_keeps_in_its_context_is_not_ours_to_refuse() -> None:
    parse({"imageUri": IMAGE, "@aws-cdk/core:x": True, "availability-zones:account=1:region=x": ["a"], "aws:cdk:y": 1})


def test_environments_have_stacks_of_their_own() -> None:
    assert parse({"imageUri": IMAGE, "environment": "b"}).stack_name("Data") == "Ballast-b-Data"
