from tests.stacks.conftest import SIMULATOR_IMAGE, Synthesized
from tests.stacks.running import running, statements


def test_there_is_no_fault_lab_unless_it_is_asked_for(synthesized: Synthesized, production: Synthesized) -> None:
    assert not synthesized.has("FaultLab")
    assert not production.has("FaultLab")


def test_the_simulator_runs_once_since_it_alone_remembers(lab: Synthesized) -> None:
    simulator = running(lab, "FaultLab")
    assert (simulator.image, simulator.port, simulator.health_path) == (SIMULATOR_IMAGE, 8001, "/health/live")
    assert simulator.instances == (1, 1)
    scaling = lab.only(lab.of("FaultLab"), "AWS::AppRunner::AutoScalingConfiguration")
    assert scaling["MaxConcurrency"] == 200


def test_whoever_asks_the_simulator_or_sets_its_faults_needs_a_token_that_aws_made(lab: Synthesized) -> None:
    simulator = running(lab, "FaultLab")
    assert set(simulator.secrets) == {"SIMULATOR_API_KEY", "SIMULATOR_CONTROL_TOKEN"}
    assert simulator.variables == {}
    secrets = lab.of("FaultLab").find_resources("AWS::SecretsManager::Secret")
    assert {reference["Ref"] for reference in simulator.secrets.values()} == set(secrets)
    assert all("GenerateSecretString" in secret["Properties"] for secret in secrets.values())


def test_the_simulator_may_read_its_two_tokens_and_nothing_else(lab: Synthesized) -> None:
    simulator = running(lab, "FaultLab")
    ((actions, resources),) = statements(lab.of("FaultLab"), simulator.program_role).items()
    assert actions == ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue")
    assert resources == list(simulator.secrets.values())


def test_the_service_asks_the_simulator_with_the_simulator_s_key(lab: Synthesized) -> None:
    service = running(lab)
    begin, host, end = service.variables["OPENAI_BASE_URL"]["Fn::Join"][1]
    assert (begin, end) == ("https://", "/v1")
    assert "FaultLab:ExportsOutputFnGetAttAppRunnerService" in host["Fn::ImportValue"]
    assert "FaultLab:ExportsOutputRefSimulatorKey" in service.secrets["OPENAI_API_KEY"]["Fn::ImportValue"]


def test_the_stack_tells_what_other_programs_read(lab: Synthesized) -> None:
    assert {"SimulatorUrl", "SimulatorControlTokenArn"} <= set(lab.of("FaultLab").find_outputs("*"))
