"""The service on both computes: `made` is each of them in turn."""

import json

import pytest
from aws_cdk.assertions import Template

from service.settings.settings import AGENTS as AGENTS_OF_THE_SERVICE
from service.settings.settings import declared
from stacks.data_stack import AGENTS
from tests.stacks.conftest import IMAGE, WEBHOOK, Synthesized
from tests.stacks.running import Running, running, statements

READ_SECRET = ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue")
STATE = {
    ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"),
    ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
    ("dynamodb:PutItem", "dynamodb:Query"),
    ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
    ("sqs:GetQueueAttributes", "sqs:SendMessage"),
    ("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"),
}


@pytest.fixture(params=["synthesized", "express"])
def made(request: pytest.FixtureRequest) -> Synthesized:
    synthesized: Synthesized = request.getfixturevalue(request.param)
    return synthesized


@pytest.fixture
def program(made: Synthesized) -> Running:
    return running(made)


@pytest.fixture
def template(made: Synthesized) -> Template:
    return made.service


def test_every_variable_of_the_template_is_one_of_the_service(program: Running) -> None:
    known = {variable.name for _, variable in declared()} | {"AWS_REGION"}
    assert (set(program.variables) | set(program.secrets)) - known == set()
    assert not set(program.variables) & set(program.secrets)


def test_every_secret_of_the_template_and_no_other_variable_is_secret_in_the_service(program: Running) -> None:
    secret = {variable.name for _, variable in declared() if variable.secret}
    assert set(program.secrets) <= secret
    assert not set(program.variables) & secret


def test_a_webhook_s_address_and_secret_are_those_that_somebody_has_made(
    production: Synthesized, program: Running
) -> None:
    told = running(production)
    assert (told.secrets["WEBHOOK_URL"], told.secrets["WEBHOOK_SECRET"]) == tuple(WEBHOOK.values())
    readable = statements(production.service, told.secrets_role)[READ_SECRET]
    assert set(WEBHOOK.values()) <= {each for each in readable if isinstance(each, str)}
    assert "WEBHOOK_URL" not in program.secrets


def test_both_computes_run_the_service_alike(synthesized: Synthesized, express: Synthesized) -> None:
    one, other = running(synthesized), running(express)
    assert one.variables == other.variables
    assert one.secrets == other.secrets
    assert (one.image, one.port, one.health_path) == (other.image, other.port, other.health_path)


def test_the_stacks_and_the_service_agree_on_the_agents() -> None:
    assert AGENTS == AGENTS_OF_THE_SERVICE


def test_the_service_runs_the_image_that_was_asked_for(program: Running) -> None:
    assert program.image == IMAGE


def test_the_health_check_asks_whether_the_process_lives_and_nothing_else(program: Running) -> None:
    assert (program.port, program.health_path) == (8000, "/health/live")


def test_there_is_always_one_instance_and_there_are_never_more_than_three(program: Running) -> None:
    assert program.instances == (1, 3)


def test_nobody_loads_the_service_or_makes_it_fail_unless_the_deployment_allows_it(
    program: Running, lab: Synthesized
) -> None:
    assert program.variables["LOAD_TESTS_ALLOWED"] == program.variables["FAULT_INJECTION"] == "false"
    allowed = running(lab).variables
    assert allowed["LOAD_TESTS_ALLOWED"] == allowed["FAULT_INJECTION"] == "true"


def test_there_is_a_canary_s_model_when_the_deployment_names_one(program: Running, lab: Synthesized) -> None:
    assert "EMBEDDING_CANARY_MODEL" not in program.variables
    assert running(lab).variables["EMBEDDING_CANARY_MODEL"] == "text-embedding-3-large"


def test_the_service_may_use_its_tables_queues_and_secrets_and_nothing_else(
    template: Template, program: Running
) -> None:
    allowed = statements(template, program.program_role)
    own = STATE | ({READ_SECRET} if program.secrets_role == program.program_role else set())
    assert set(allowed) == own
    assert all("*" not in resources for resources in allowed.values())


def test_whoever_starts_the_service_may_read_its_secrets_alone(template: Template, program: Running) -> None:
    readable = statements(template, program.secrets_role)[READ_SECRET]
    assert {str(each) for each in readable} == {str(each) for each in program.secrets.values()}


def test_the_platform_may_pull_from_the_image_s_repository_alone(template: Template, program: Running) -> None:
    allowed = statements(template, program.pulling_role)
    assert allowed.pop(("ecr:GetAuthorizationToken",)) == ["*"]
    pulling = {actions: resources for actions, resources in allowed.items() if actions[0].startswith("ecr:")}
    assert pulling
    for resources in pulling.values():
        assert all("ecr:eu-west-1:123456789012:repository/team/ballast" in str(each) for each in resources)


def test_the_service_starts_when_its_roles_may_do_their_work(template: Template, program: Running) -> None:
    roles = {program.program_role, program.secrets_role, program.pulling_role}
    policies = {
        name
        for name, policy in template.find_resources("AWS::IAM::Policy").items()
        if any(policy["Properties"]["Roles"][0]["Ref"].startswith(role) for role in roles)
    }
    assert len(policies) == 2
    assert policies <= program.depends_on


def test_a_pushed_tag_alone_changes_nothing_on_app_runner(synthesized: Synthesized) -> None:
    service = synthesized.only(synthesized.service, "AWS::AppRunner::Service")
    assert service["SourceConfiguration"]["AutoDeploymentsEnabled"] is False


def test_express_runs_where_the_internet_is_reached_without_a_nat_gateway(express: Synthesized) -> None:
    network = express.of("Network")
    network.resource_count_is("AWS::EC2::NatGateway", 0)
    network.resource_count_is("AWS::EC2::Subnet", 2)
    network.resource_count_is("AWS::EC2::InternetGateway", 1)
    subnets = express.only(express.service, "AWS::ECS::ExpressGatewayService")["NetworkConfiguration"]["Subnets"]
    assert all("Network:ExportsOutputRefVpcPublicSubnet" in subnet["Fn::ImportValue"] for subnet in subnets)


def test_the_network_is_there_before_express_starts_and_until_it_has_ended(express: Synthesized) -> None:
    manifest = json.loads((express.folder / "manifest.json").read_text())
    assert "Ballast-development-Network" in manifest["artifacts"]["Ballast-development-Service"]["dependencies"]


def test_the_platform_s_own_role_on_express_is_taken_by_ecs_alone(express: Synthesized) -> None:
    (role,) = (
        role["Properties"]
        for role in express.service.find_resources("AWS::IAM::Role").values()
        if "ManagedPolicyArns" in role["Properties"]
    )
    assert "AmazonECSInfrastructureRoleforExpressGatewayServices" in str(role["ManagedPolicyArns"])
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"Service": "ecs.amazonaws.com"}


def test_the_log_on_express_is_kept_for_a_month(express: Synthesized) -> None:
    express.service.all_resources_properties("AWS::Logs::LogGroup", {"RetentionInDays": 30})


def test_the_pump_tells_sqs_which_messages_failed(made: Synthesized) -> None:
    mapping = made.only(made.service, "AWS::Lambda::EventSourceMapping")
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_the_pump_may_read_no_secret_but_the_internal_token(template: Template) -> None:
    allowed = statements(template, "PumpindexerRole")
    (secret,) = allowed[READ_SECRET]
    assert "InternalToken" in str(secret)
    assert all("*" not in resources for resources in allowed.values())


def test_the_stack_tells_what_other_programs_read(template: Template, made: Synthesized) -> None:
    outputs = template.find_outputs("*")
    assert {"ServiceUrl", "ServiceArn", "ImageUri", "Compute"} <= set(outputs)
    assert outputs["Compute"]["Value"] == ("express" if made.has("Network") else "apprunner")
