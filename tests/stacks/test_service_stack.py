from typing import Any

from service.settings.settings import AGENTS as AGENTS_OF_THE_SERVICE
from service.settings.settings import declared
from stacks.data_stack import AGENTS
from tests.stacks.conftest import IMAGE, Synthesized


def service(synthesized: Synthesized) -> dict[str, Any]:
    return synthesized.only(synthesized.service, "AWS::AppRunner::Service")


def image(synthesized: Synthesized) -> dict[str, Any]:
    repository: dict[str, Any] = service(synthesized)["SourceConfiguration"]["ImageRepository"]
    return repository


def names(pairs: list[dict[str, Any]]) -> set[str]:
    return {pair["Name"] for pair in pairs}


def statements(synthesized: Synthesized, role: str) -> dict[tuple[str, ...], Any]:
    """What the policies of the role whose name begins so allow: actions and on what."""
    (policy,) = (
        policy
        for policy in synthesized.service.find_resources("AWS::IAM::Policy").values()
        if policy["Properties"]["Roles"][0]["Ref"].startswith(role)
    )
    allowed = policy["Properties"]["PolicyDocument"]["Statement"]
    return {tuple(sorted(_listed(statement["Action"]))): _listed(statement["Resource"]) for statement in allowed}


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_every_variable_of_the_template_is_one_of_the_service(synthesized: Synthesized) -> None:
    known = {variable.name for _, variable in declared()} | {"AWS_REGION"}
    configuration = image(synthesized)["ImageConfiguration"]
    plain = names(configuration["RuntimeEnvironmentVariables"])
    held = names(configuration["RuntimeEnvironmentSecrets"])
    assert (plain | held) - known == set()
    assert not plain & held


def test_every_secret_of_the_template_and_no_other_variable_is_secret_in_the_service(synthesized: Synthesized) -> None:
    secret = {variable.name for _, variable in declared() if variable.secret}
    configuration = image(synthesized)["ImageConfiguration"]
    assert names(configuration["RuntimeEnvironmentSecrets"]) <= secret
    assert not names(configuration["RuntimeEnvironmentVariables"]) & secret


def test_the_stacks_and_the_service_agree_on_the_agents() -> None:
    assert AGENTS == AGENTS_OF_THE_SERVICE


def test_the_service_runs_the_image_that_was_asked_for_until_the_next_deployment(synthesized: Synthesized) -> None:
    assert image(synthesized)["ImageIdentifier"] == IMAGE
    assert service(synthesized)["SourceConfiguration"]["AutoDeploymentsEnabled"] is False


def test_the_health_check_asks_whether_the_process_lives_and_nothing_else(synthesized: Synthesized) -> None:
    check = service(synthesized)["HealthCheckConfiguration"]
    assert (check["Protocol"], check["Path"]) == ("HTTP", "/health/live")
    assert image(synthesized)["ImageConfiguration"]["Port"] == "8000"


def test_the_service_scales_to_three_instances_and_no_further(synthesized: Synthesized) -> None:
    scaling = synthesized.only(synthesized.service, "AWS::AppRunner::AutoScalingConfiguration")
    assert (scaling["MinSize"], scaling["MaxSize"]) == (1, 3)


def test_the_service_may_use_its_tables_queues_and_secrets_and_nothing_else(synthesized: Synthesized) -> None:
    allowed = statements(synthesized, "AppRunnerInstance")
    assert set(allowed) == {
        ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"),
        ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
        ("dynamodb:PutItem", "dynamodb:Query"),
        ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
        ("sqs:GetQueueAttributes", "sqs:SendMessage"),
        ("sqs:GetQueueAttributes",),
        ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"),
    }
    assert all("*" not in resources for resources in allowed.values())


def test_app_runner_may_pull_from_the_image_s_repository_alone(synthesized: Synthesized) -> None:
    allowed = statements(synthesized, "AppRunnerPull")
    assert allowed.pop(("ecr:GetAuthorizationToken",)) == ["*"]
    for (resource,) in allowed.values():
        assert "ecr:eu-west-1:123456789012:repository/team/ballast" in str(resource)


def test_the_service_starts_when_its_roles_may_do_their_work(synthesized: Synthesized) -> None:
    (resource,) = synthesized.service.find_resources("AWS::AppRunner::Service").values()
    policies = set(synthesized.service.find_resources("AWS::IAM::Policy"))
    assert len(policies & set(resource["DependsOn"])) == 2


def test_the_pump_tells_sqs_which_messages_failed(synthesized: Synthesized) -> None:
    mapping = synthesized.only(synthesized.service, "AWS::Lambda::EventSourceMapping")
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_the_pump_may_read_no_secret_but_the_internal_token(synthesized: Synthesized) -> None:
    allowed = statements(synthesized, "PumpindexerRole")
    (secret,) = allowed["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    assert "InternalToken" in str(secret)
    assert all("*" not in resources for resources in allowed.values())
