"""What a deployment tells of itself is read as an operator would."""

from pathlib import Path

import pytest

from harness.targets.outputs import Deployment, OutputsError, deployment_in, secret_by_own_credentials

OUTPUTS = {
    "Ballast-b-Data": {"OperatorTokenArn": "arn:operator", "OriginSecretArn": "arn:origin"},
    "Ballast-b-Edge": {"Url": "https://d1.cloudfront.example"},
}
LAB = {"SimulatorUrl": "https://127.0.0.1:1", "SimulatorControlTokenArn": "arn:control"}


def deployment(**lab: str) -> Deployment:
    return Deployment(
        source="outputs.json", outputs={**OUTPUTS, "Ballast-b-FaultLab": lab}, secret=lambda arn: f"<{arn}>"
    )


def test_it_is_reached_at_its_edge_and_operated_with_its_token() -> None:
    assert deployment().edge == "https://d1.cloudfront.example"
    assert deployment().operator_token == "<arn:operator>"
    assert deployment().origin_headers == {"X-Origin-Secret": "<arn:origin>"}


def test_while_a_token_is_replaced_it_is_operated_with_the_first() -> None:
    replacing = Deployment(source="outputs.json", outputs=OUTPUTS, secret=lambda arn: f"<{arn}>,<next>")
    assert replacing.operator_token == "<arn:operator>"


def test_its_simulator_is_controlled_with_a_token_of_its_own_and_without_tls_on_loopback() -> None:
    assert deployment().simulator is None
    assert deployment(**LAB).simulator == ("http://127.0.0.1:1/control", "<arn:control>")


def test_an_output_that_is_missing_is_named() -> None:
    with pytest.raises(
        OutputsError, match=r"outputs\.json has no output ServiceArn; expected those of `cdk deploy --all`"
    ):
        _ = deployment().service_arn


def test_a_file_of_two_deployments_could_pair_one_s_edge_with_the_other_s_token(tmp_path: Path) -> None:
    file = tmp_path / "outputs.json"
    file.write_text('{"Ballast-a-Edge": {"Url": "https://a"}, "Ballast-b-Data": {"OperatorTokenArn": "b"}}')
    with pytest.raises(OutputsError, match="tells of the deployments: Ballast-a, Ballast-b; expected one"):
        deployment_in(file)


@pytest.mark.parametrize("content", ["", "[]", '{"stack": "text"}', "<html>"])
def test_a_file_of_something_else_is_told(tmp_path: Path, content: str) -> None:
    file = tmp_path / "outputs.json"
    file.write_text(content)
    with pytest.raises(OutputsError, match="is no file of outputs, as `cdk deploy --outputs-file` writes it"):
        deployment_in(file)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputsError, match="cannot be read: No such file or directory"):
        deployment_in(tmp_path / "outputs.json")


def test_a_secret_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)  # the secret's own region is asked
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:operator"
    with pytest.raises(OutputsError, match=f"the secret {arn} cannot be read: Unable to locate credentials"):
        secret_by_own_credentials(arn)
