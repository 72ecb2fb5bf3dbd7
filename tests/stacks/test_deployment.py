from pathlib import Path

import pytest

from stacks.deployment import ContextError, parse
from tests.stacks.conftest import CERTIFICATE, IMAGE, WEBHOOK

LAB_IMAGE = IMAGE.replace("ballast", "simulator")


def problems_of(**context: object) -> list[str]:
    with pytest.raises(ContextError) as caught:
        parse({"imageUri": IMAGE, **context})
    return str(caught.value).splitlines()


def test_an_image_is_all_that_must_be_given() -> None:
    deployment = parse({"imageUri": IMAGE})
    assert deployment.image.repository == "team/ballast"
    assert (deployment.image.account, deployment.image.region) == ("123456789012", "eu-west-1")
    assert (deployment.compute, deployment.budget, deployment.origin_secret) == ("apprunner", 100, "a")
    assert not deployment.production
    assert not deployment.fault_lab
    assert not deployment.load_tests_allowed
    assert deployment.load_generators == 0


def test_all_problems_are_told_at_once_contradictions_too() -> None:
    context = {"environment": "Prod_", "providerUrl": "ftp://x", "imageUir": "x", "faultLab": "true", "budget": "-1"}
    with pytest.raises(ContextError) as caught:
        parse(context)
    told = str(caught.value).splitlines()
    assert told[0] == "imageUir is not a key of this application; did you mean imageUri?"
    assert told[1] == "environment is Prod_; expected a name of at most 31 of a-z 0-9 -, beginning with a letter"
    assert told[2].startswith("imageUri is missing; expected an image in ECR with its tag or digest, ")
    assert told[3].startswith("providerUrl is ftp://x; expected the http or https address of an OpenAI-compatible")
    assert told[4] == "budget is -1; expected a whole number of US dollars a month, from 0 to 1000000"
    assert told[5].startswith("simulatorImageUri is missing; expected the simulator's image in ECR")
    assert told[6].startswith("providerUrl is ftp://x; expected none, since faultLab is true")
    assert len(told) == 7


def test_a_key_that_is_like_no_other_is_answered_with_all_that_there_are() -> None:
    (told,) = problems_of(flavour="x")
    assert told.startswith("flavour is not a key of this application; known are: environment, imageUri, compute, ")


@pytest.mark.parametrize("image", ["ballast:1", "123.dkr.ecr.eu-west-1.amazonaws.com/a:1", IMAGE.replace(":1.0", "")])
def test_an_image_must_be_one_in_ecr_with_its_tag(image: str) -> None:
    (told,) = problems_of(imageUri=image)
    assert told.startswith(f"imageUri is {image}; expected an image in ECR")


@pytest.mark.parametrize(
    ("context", "told"),
    [
        ({"compute": "fargate"}, "compute is fargate; expected apprunner or express"),
        ({"originSecret": "c"}, "originSecret is c; expected a or b"),
        ({"faultLab": "yes"}, "faultLab is yes; expected true or false"),
        ({"budget": ""}, "budget is empty; expected a whole number of US dollars a month, from 0 to 1000000"),
        ({"budget": "1e3"}, "budget is 1e3; expected a whole number of US dollars a month, from 0 to 1000000"),
        ({"alarmEmail": "someone"}, "alarmEmail is someone; expected an address of e-mail"),
        ({"canaryModel": "a b"}, "canaryModel is a b; expected the name of a model, to which rollouts move callers"),
        (
            {"domainName": "a.example.org"},
            (
                "domainName is given without certificateArn; expected both: CloudFront serves a domain with its "
                "certificate"
            ),
        ),
        (
            {"certificateArn": CERTIFICATE},
            (
                "certificateArn is given without domainName; expected both: CloudFront serves a domain with its "
                "certificate"
            ),
        ),
        (
            {"domainName": "a.example.org", "certificateArn": CERTIFICATE.replace("us-east-1", "eu-west-1")},
            (
                f"certificateArn is {CERTIFICATE.replace('us-east-1', 'eu-west-1')}; expected the ARN of a certificate "
                "in us-east-1, where alone CloudFront takes them: arn:aws:acm:us-east-1:ACCOUNT:certificate/ID"
            ),
        ),
        (
            {"webhookUrlArn": WEBHOOK["webhookUrlArn"]},
            "webhookUrlArn is given without webhookSecretArn; expected both: what a webhook is posted is signed",
        ),
        (
            {**WEBHOOK, "webhookUrlArn": "https://receiver.example"},
            (
                "webhookUrlArn is https://receiver.example; expected the ARN of a secret: "
                "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX"
            ),
        ),
        (
            {"simulatorImageUri": LAB_IMAGE},
            "simulatorImageUri is given; expected faultLab=true beside it, without which nothing runs the simulator",
        ),
        (
            {"loadGenerators": "3"},
            "loadtestImageUri is missing; expected the load test's image in ECR, since loadGenerators is 3",
        ),
        (
            {"loadtestImageUri": IMAGE},
            "loadtestImageUri is given; expected loadGenerators of 1 or more beside it, without which nothing runs it",
        ),
        (
            {"environment": "production", "allowLoadTests": "true"},
            "allowLoadTests is true; expected false, since environment is production",
        ),
        (
            {"environment": "production", "faultLab": "true", "simulatorImageUri": LAB_IMAGE},
            "faultLab is true; expected false, since environment is production",
        ),
    ],
)
def test_each_problem_is_one_sentence_that_names_key_value_and_expectation(context: dict[str, str], told: str) -> None:
    assert problems_of(**context) == [told]


def test_another_account_and_region_than_the_image_s_are_told_with_what_to_do() -> None:
    with pytest.raises(ContextError) as caught:
        parse({"imageUri": IMAGE}, environ={"CDK_DEFAULT_ACCOUNT": "210987654321", "CDK_DEFAULT_REGION": "us-east-1"})
    account, region = str(caught.value).splitlines()
    assert account == (
        "imageUri lies in account 123456789012, and the credentials are of account 210987654321; expected the same: "
        "take credentials of 123456789012 (AWS_PROFILE=…), or push the image to 210987654321"
    )
    assert region == (
        "imageUri lies in region eu-west-1, and the deployment goes to us-east-1; expected the same: set "
        "AWS_REGION=eu-west-1, or push the image to us-east-1"
    )


def test_the_account_and_region_of_the_image_are_right() -> None:
    parse({"imageUri": IMAGE}, environ={"CDK_DEFAULT_ACCOUNT": "123456789012", "CDK_DEFAULT_REGION": "eu-west-1"})


def test_a_dashboard_that_is_not_built_is_told_beside_the_rest_with_what_builds_it(tmp_path: Path) -> None:
    with pytest.raises(ContextError) as caught:
        parse({}, dashboard=tmp_path)
    image, unbuilt = str(caught.value).splitlines()
    assert image.startswith("imageUri is missing")
    assert unbuilt == f"{tmp_path} has no index.html; expected the built dashboard: run `make dashboard` first"


def test_cdk_json_may_give_booleans_and_numbers() -> None:
    deployment = parse({"imageUri": IMAGE, "allowLoadTests": True, "budget": 7})
    assert deployment.load_tests_allowed
    assert deployment.budget == 7


def test_what_the_cdk_keeps_in_its_context_is_not_ours_to_refuse() -> None:
    parse({"imageUri": IMAGE, "@aws-cdk/core:x": True, "availability-zones:account=1:region=x": ["a"], "aws:cdk:y": 1})


def test_environments_have_stacks_of_their_own() -> None:
    assert parse({"imageUri": IMAGE, "environment": "b"}).stack_name("Data") == "Ballast-b-Data"
