from typing import Any

import pytest

from harness.targets.identity import Identity, check_target
from tests.stacks.conftest import LOADTEST_IMAGE, Synthesized
from tests.stacks.running import statements

CONCERN = "LoadGenerators"
WILLING = Identity(
    service="ballast",
    version="0.1.0",
    environment="lab",
    load_tests_allowed=True,
    instance="one",
    boot_id="b1",
    reliability=True,
)


def container(lab: Synthesized, task: str) -> dict[str, Any]:
    """The one container of the task whose logical id begins so."""
    (definition,) = (
        each["Properties"]
        for name, each in lab.of(CONCERN).find_resources("AWS::ECS::TaskDefinition").items()
        if name.startswith(task)
    )
    found: dict[str, Any]
    (found,) = definition["ContainerDefinitions"]
    return found


def variables(lab: Synthesized, task: str) -> dict[str, Any]:
    return {pair["Name"]: pair["Value"] for pair in container(lab, task)["Environment"]}


def worker_role(lab: Synthesized) -> str:
    """The logical id of the role that a worker's program has."""
    role: str
    (role,) = (
        each["Properties"]["TaskRoleArn"]["Fn::GetAtt"][0]
        for name, each in lab.of(CONCERN).find_resources("AWS::ECS::TaskDefinition").items()
        if name.startswith("Worker")
    )
    return role


def test_there_are_no_load_generators_unless_they_are_asked_for(synthesized: Synthesized) -> None:
    assert not synthesized.has(CONCERN)
    assert not synthesized.has("Network")


def test_nothing_runs_until_a_person_runs_it(lab: Synthesized) -> None:
    lab.of(CONCERN).resource_count_is("AWS::ECS::Service", 0)
    lab.of(CONCERN).resource_count_is("AWS::ECS::TaskDefinition", 2)


def test_the_service_stays_on_the_compute_that_was_asked_for(lab: Synthesized) -> None:
    lab.service.resource_count_is("AWS::AppRunner::Service", 1)


def test_the_master_loads_the_edge_waits_for_its_workers_and_not_for_ever(lab: Synthesized) -> None:
    told = variables(lab, "Master")
    assert (told["LOCUST_MODE_MASTER"], told["LOCUST_MASTER_BIND_HOST"]) == ("true", "0.0.0.0")  # noqa: S104 - as the template says it
    assert (told["LOCUST_EXPECT_WORKERS"], told["LOCUST_EXPECT_WORKERS_MAX_WAIT"]) == ("20", "600")
    assert "Edge:ExportsOutputFnGetAttDistribution" in str(told["LOCUST_HOST"])
    assert lab.of(CONCERN).find_outputs("Workers")["Workers"]["Value"] == "20"


def test_workers_know_all_but_their_master(lab: Synthesized) -> None:
    told = variables(lab, "Worker")
    assert set(told) == {"LOCUST_MODE_WORKER", "LOCUST_HOST"}
    assert told["LOCUST_HOST"] == variables(lab, "Master")["LOCUST_HOST"]


@pytest.mark.parametrize("task", ["Master", "Worker"])
def test_both_run_the_image_without_the_web_ui(lab: Synthesized, task: str) -> None:
    assert container(lab, task)["Image"] == LOADTEST_IMAGE
    assert "--headless" in container(lab, task)["Command"]
    assert "PortMappings" not in container(lab, task)


def test_the_master_s_own_command_is_not_refused_by_a_target_that_allows_load_tests(lab: Synthesized) -> None:
    owned = "--i-own-this-target" in container(lab, "Master")["Command"]
    check_target("https://d111111abcdef8.cloudfront.net", WILLING, owned=owned)


def test_the_operator_s_token_comes_to_the_master_alone_and_from_its_store(lab: Synthesized) -> None:
    ((name, source),) = (tuple(each.values()) for each in container(lab, "Master")["Secrets"])
    assert name == "BALLAST_OPERATOR_TOKEN"
    assert "Data:ExportsOutputRefOperatorToken" in source["Fn::ImportValue"]
    assert "Secrets" not in container(lab, "Worker")


def test_the_master_may_write_reports_alone_and_a_worker_may_do_nothing(lab: Synthesized) -> None:
    ((actions, (objects,)),) = statements(lab.of(CONCERN), "MasterTaskTaskRole").items()
    assert actions == ("s3:PutObject",)
    (bucket,) = lab.of(CONCERN).find_resources("AWS::S3::Bucket")
    assert objects["Fn::Join"][1] == [{"Fn::GetAtt": [bucket, "Arn"]}, "/*"]
    assert variables(lab, "Master")["REPORTS_BUCKET"] == {"Ref": bucket}
    workers = worker_role(lab)
    assert lab.of(CONCERN).find_resources("AWS::IAM::Role")[workers]["Properties"].keys() == {
        "AssumeRolePolicyDocument"
    }
    policies = lab.of(CONCERN).find_resources("AWS::IAM::Policy").values()
    assert policies
    assert [each for each in policies if {"Ref": workers} in each["Properties"]["Roles"]] == []


@pytest.mark.parametrize("role", ["MasterStart", "WorkerStart"])
def test_whoever_starts_a_task_may_pull_its_image_and_no_other(lab: Synthesized, role: str) -> None:
    allowed = statements(lab.of(CONCERN), role)
    assert allowed.pop(("ecr:GetAuthorizationToken",)) == ["*"]
    pulling = [resources for actions, resources in allowed.items() if actions[0].startswith("ecr:")]
    assert ["repository/team/loadtest" in str(resource) for resource in pulling] == [True]


def test_workers_reach_the_master_and_nobody_else_reaches_anything(lab: Synthesized) -> None:
    (group,) = lab.of(CONCERN).find_resources("AWS::EC2::SecurityGroup")
    rule = lab.only(lab.of(CONCERN), "AWS::EC2::SecurityGroupIngress")
    assert rule["SourceSecurityGroupId"] == rule["GroupId"] == {"Fn::GetAtt": [group, "GroupId"]}
    assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == ("tcp", 5557, 5557)
    assert "SecurityGroupIngress" not in lab.only(lab.of(CONCERN), "AWS::EC2::SecurityGroup")


def test_reports_are_private_encrypted_and_gone_after_a_season(lab: Synthesized) -> None:
    bucket = lab.only(lab.of(CONCERN), "AWS::S3::Bucket")
    assert bucket["PublicAccessBlockConfiguration"] == dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )
    assert "AES256" in str(bucket["BucketEncryption"])
    assert bucket["LifecycleConfiguration"]["Rules"] == [{"ExpirationInDays": 90, "Status": "Enabled"}]
    policy: Any = lab.only(lab.of(CONCERN), "AWS::S3::BucketPolicy")["PolicyDocument"]
    denied = [each for each in policy["Statement"] if each["Effect"] == "Deny"]
    assert [each["Condition"] for each in denied] == [{"Bool": {"aws:SecureTransport": "false"}}]


def test_the_stacks_tell_what_running_a_task_asks_for(lab: Synthesized) -> None:
    told = {"Cluster", "MasterTaskDefinition", "WorkerTaskDefinition", "Workers", "SecurityGroup", "ReportsBucket"}
    assert told <= set(lab.of(CONCERN).find_outputs("*"))
    assert "Subnets" in lab.of("Network").find_outputs("*")
