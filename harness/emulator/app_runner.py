"""Services in containers, each played by processes behind one address. Standard library alone.

App Runner's API tells of its own; those of ECS Express Mode live here too (see `express.py`).
As the real one does, a revision that is not healthy gives way to the one before it, and the update counts as made.
"""

import contextlib
import json
import secrets
import time
import urllib.request
from collections.abc import Mapping
from typing import Any

from harness.emulator.balancer import Balancer
from harness.emulator.launch import Launch
from harness.emulator.revision import Revision, UnhealthyError

ACCOUNT, REGION = "123456789012", "us-east-1"


def arn_of(kind: str, name: str) -> str:
    """The name of a resource of App Runner."""
    return f"arn:aws:apprunner:{REGION}:{ACCOUNT}:{kind}/{name}/{secrets.token_hex(16)}"


class Service:
    """One service: its address stays, its revisions come and go."""

    def __init__(self, arn: str, environment: Mapping[str, str]) -> None:
        self.arn = arn
        self.name = arn.split("/")[1]
        self.operations: list[dict[str, Any]] = []
        self._environment = environment
        self._balancer = Balancer()
        self._revision: Revision | None = None
        self._status = "RUNNING"

    @property
    def attributes(self) -> dict[str, str]:
        """What a template can ask for."""
        return {
            "ServiceArn": self.arn,
            "ServiceId": self.arn.rpartition("/")[2],
            "ServiceUrl": self._balancer.address,
            "Status": self._status,
        }

    @property
    def image(self) -> str:
        """Of the revision that runs."""
        return self._revision.launch.image if self._revision else ""

    @property
    def instances(self) -> list[str]:
        """The addresses of the processes that run."""
        return self._revision.addresses if self._revision else []

    def create(self, launch: Launch) -> None:
        """Start the first revision. Raises ValueError when it does not become healthy, as CloudFormation expects."""
        operation = self._begun("CREATE_SERVICE")
        try:
            self._put_in_place(launch)
        except UnhealthyError as error:
            _end(operation, "FAILED")
            raise ValueError(f"{self.name} did not become healthy: {error}") from error
        _end(operation, "SUCCEEDED")

    def update(self, launch: Launch) -> None:
        """Put another revision in the place of the one that runs; an unhealthy one gives way to it again."""
        operation = self._begun("UPDATE_SERVICE")
        try:
            self._put_in_place(launch)
        except UnhealthyError as error:
            _end(operation, "ROLLBACK_SUCCEEDED")
            print(f"{self.name} was rolled back: {error}", flush=True)  # noqa: T201 - the emulator's log
            return
        _end(operation, "SUCCEEDED")

    def pause(self) -> None:
        """Run nothing until the next revision; the address stays."""
        _end(self._begun("PAUSE_SERVICE"), "SUCCEEDED")
        self._status = "PAUSED"
        self._balancer.lead_to(())
        if self._revision:
            self._revision.stop()

    def restart(self, number: int) -> None:
        """Put another process in the place of one, counted from 1."""
        if self._revision:
            self._revision.restart(number, _secret)

    def stop(self) -> None:
        """End its processes and give up its address."""
        if self._revision:
            self._revision.stop()
        self._balancer.close()

    def _begun(self, kind: str) -> dict[str, Any]:
        operation = {"Id": secrets.token_hex(16), "Type": kind, "Status": "IN_PROGRESS", "StartedAt": time.time()}
        self.operations.insert(0, operation)
        return operation

    def _put_in_place(self, launch: Launch) -> None:
        before = self._revision
        made = Revision(self.name, launch, self._environment)
        with contextlib.ExitStack() as unless_it_starts:
            unless_it_starts.callback(made.stop)
            made.start(_secret)
            unless_it_starts.pop_all()
        self._revision, self._status = made, "RUNNING"
        self._balancer.lead_to(made.addresses)
        if before:
            before.stop()


def _end(operation: dict[str, Any], status: str) -> None:
    operation |= {"Status": status, "EndedAt": time.time()}


class Services:
    """Every service, and the answers of App Runner's API."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.by_arn: dict[str, Service] = {}
        self._environment = dict(environment)

    def create(self, arn: str, launch: Launch) -> Service:
        """Make a service and start it."""
        service = Service(arn, self._environment)
        try:
            service.create(launch)
        except ValueError:
            service.stop()
            raise
        self.by_arn[service.arn] = service
        return service

    def delete(self, arn: str) -> None:
        """Stop a service."""
        self.by_arn.pop(arn).stop()

    def answer(self, operation: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """The status and the body that answer a request."""
        if operation == "ListServices":
            ours = [service for arn, service in self.by_arn.items() if ":apprunner:" in arn]
            return 200, {"ServiceSummaryList": [self._described(service) for service in ours]}
        service = self.by_arn.get(body.get("ServiceArn", ""))
        if service is None:
            return 400, {"__type": "ResourceNotFoundException", "message": "there is no such service"}
        if operation == "PauseService":
            service.pause()
        if operation == "RestartInstance":  # ours: the platform does so by itself
            service.restart(int(body["Number"]))
        if operation in {"DescribeService", "PauseService", "RestartInstance"}:
            return 200, {"Service": self._described(service)}
        if operation == "ListOperations":
            return 200, {"OperationSummaryList": service.operations}
        return 400, {"__type": "InvalidRequestException", "message": f"{operation} is not played here"}

    def _described(self, service: Service) -> dict[str, Any]:
        image = {"ImageIdentifier": service.image, "ImageRepositoryType": "ECR"}
        return {
            **service.attributes,
            "ServiceName": service.name,
            "SourceConfiguration": {"ImageRepository": image},
            "Instances": service.instances,  # ours: the load is spread over them without a balancer in between
        }


def _secret(gateway: str, arn: str) -> str:
    """A secret's value, asked for as App Runner does: over the wire."""
    signed = f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260101/{REGION}/secretsmanager/aws4_request"
    request = urllib.request.Request(
        gateway,
        data=json.dumps({"SecretId": arn}).encode(),
        headers={
            "X-Amz-Target": "secretsmanager.GetSecretValue",
            "Content-Type": "application/x-amz-json-1.1",
            "Authorization": f"{signed}, SignedHeaders=host, Signature=0",
        },
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(json.load(answer)["SecretString"])
