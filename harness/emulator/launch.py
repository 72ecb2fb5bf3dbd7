"""What a template says of a service that runs in containers, on whatever compute. Standard library alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.targets.identity import plain_on_loopback


@dataclass(frozen=True, kw_only=True)
class Launch:
    """All that the platform is told."""

    image: str
    port: int
    variables: Mapping[str, str]
    secrets: Mapping[str, str]  # ARNs
    health_path: str
    unhealthy_threshold: int  # failed checks in a row

    @property
    def simulates(self) -> bool:
        """Whether the image is that of the simulated provider; all others are the service's."""
        return "simulator" in self.image


def of_app_runner(properties: Mapping[str, Any]) -> Launch:
    """As AWS::AppRunner::Service has it."""
    repository = properties["SourceConfiguration"]["ImageRepository"]
    configuration, check = repository["ImageConfiguration"], properties["HealthCheckConfiguration"]
    return Launch(
        image=repository["ImageIdentifier"],
        port=int(configuration["Port"]),
        variables=without_tls(_pairs(configuration.get("RuntimeEnvironmentVariables", []), "Value")),
        secrets=_pairs(configuration.get("RuntimeEnvironmentSecrets", []), "Value"),
        health_path=check["Path"],
        unhealthy_threshold=int(check["UnhealthyThreshold"]),
    )


def of_express(properties: Mapping[str, Any]) -> Launch:
    """As AWS::ECS::ExpressGatewayService has it; the load balancer's threshold is the default of its kind."""
    container = properties["PrimaryContainer"]
    return Launch(
        image=container["Image"],
        port=int(container["ContainerPort"]),
        variables=without_tls(_pairs(container.get("Environment", []), "Value")),
        secrets=_pairs(container.get("Secrets", []), "ValueFrom"),
        health_path=properties["HealthCheckPath"],
        unhealthy_threshold=2,
    )


def without_tls(variables: Mapping[str, str]) -> dict[str, str]:
    """Nothing here speaks TLS: who is told to call one of our services by HTTPS calls it plainly."""
    return {
        name: plain_on_loopback(value) if value.startswith("https://") else value for name, value in variables.items()
    }


def _pairs(listed: list[Mapping[str, str]], value: str) -> dict[str, str]:
    return {each["Name"]: each[value] for each in listed}
