"""What a template runs, in the same terms for App Runner and for ECS Express Mode."""

from dataclasses import dataclass
from typing import Any

from aws_cdk.assertions import Template

from tests.stacks.conftest import Synthesized


@dataclass(frozen=True, kw_only=True)
class Running:
    """The program of a template; roles are the beginnings of their logical ids."""

    logical_id: str
    image: str
    port: int
    health_path: str
    variables: dict[str, Any]
    secrets: dict[str, Any]
    instances: tuple[int, int]
    program_role: str
    secrets_role: str
    pulling_role: str
    depends_on: set[str]


def running(synthesized: Synthesized, concern: str = "Service") -> Running:
    """What the stack of a concern runs."""
    template = synthesized.of(concern)
    if template.find_resources("AWS::AppRunner::Service"):
        return _on_app_runner(template)
    return _on_express(template)


def statements(template: Template, role: str) -> dict[tuple[str, ...], list[Any]]:
    """What the policies of the role whose logical id begins so allow: actions and on what."""
    (policy,) = (
        policy
        for policy in template.find_resources("AWS::IAM::Policy").values()
        if policy["Properties"]["Roles"][0]["Ref"].startswith(role)
    )
    allowed: dict[tuple[str, ...], list[Any]] = {}
    for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
        actions = tuple(sorted(_listed(statement["Action"])))
        allowed.setdefault(actions, []).extend(_listed(statement["Resource"]))
    return allowed


def _on_app_runner(template: Template) -> Running:
    ((logical_id, resource),) = template.find_resources("AWS::AppRunner::Service").items()
    (scaling,) = template.find_resources("AWS::AppRunner::AutoScalingConfiguration").values()
    properties = resource["Properties"]
    repository = properties["SourceConfiguration"]["ImageRepository"]
    configuration = repository["ImageConfiguration"]
    return Running(
        logical_id=logical_id,
        image=repository["ImageIdentifier"],
        port=int(configuration["Port"]),
        health_path=properties["HealthCheckConfiguration"]["Path"],
        variables=_pairs(configuration["RuntimeEnvironmentVariables"], "Value"),
        secrets=_pairs(configuration["RuntimeEnvironmentSecrets"], "Value"),
        instances=(scaling["Properties"]["MinSize"], scaling["Properties"]["MaxSize"]),
        program_role="AppRunnerInstance",
        secrets_role="AppRunnerInstance",
        pulling_role="AppRunnerPull",
        depends_on=set(resource["DependsOn"]),
    )


def _on_express(template: Template) -> Running:
    ((logical_id, resource),) = template.find_resources("AWS::ECS::ExpressGatewayService").items()
    properties = resource["Properties"]
    container = properties["PrimaryContainer"]
    return Running(
        logical_id=logical_id,
        image=container["Image"],
        port=container["ContainerPort"],
        health_path=properties["HealthCheckPath"],
        variables=_pairs(container["Environment"], "Value"),
        secrets=_pairs(container["Secrets"], "ValueFrom"),
        instances=(properties["ScalingTarget"]["MinTaskCount"], properties["ScalingTarget"]["MaxTaskCount"]),
        program_role="ExpressTask",
        secrets_role="ExpressStart",
        pulling_role="ExpressStart",
        depends_on=set(resource["DependsOn"]),
    )


def _pairs(pairs: list[dict[str, Any]], value: str) -> dict[str, Any]:
    return {pair["Name"]: pair[value] for pair in pairs}


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]
