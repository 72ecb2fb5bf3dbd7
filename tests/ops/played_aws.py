"""AWS on a loopback port: moto's server, and before it the computes and the stacks.

Moto does not know App Runner nor the deployments of ECS, and its CloudFormation loads every service there is.
"""

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

import boto3
import httpx2
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

ACCOUNT, REGION = "123456789012", "us-east-1"
KEY = "testing"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/ballast"
BEGAN = "2026-11-25T12:00:00Z"
ECS = "AmazonEC2ContainerServiceV20141113"
SERVICE_ARN = f"arn:aws:apprunner:{REGION}:{ACCOUNT}:service/ballast/8fe1e10304f84fd2b0df550fe98a71fa"


@dataclass(frozen=True, kw_only=True)
class PlayedStack:
    """A stack, and the events of its newest operation, newest first: resource, its type, status and reason."""

    name: str
    status: str = "UPDATE_COMPLETE"
    outputs: Mapping[str, str] = field(default_factory=dict)
    events: Sequence[tuple[str, str, str, str]] = ()

    @property
    def arn(self) -> str:
        return f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{self.name}/1"


class PlayedAws:
    """Lives for the whole session; each test begins with nothing in it."""

    def __init__(self) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=_Silent)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._client = httpx2.Client(base_url=self.url, trust_env=False, timeout=30)
        self.compute: dict[str, tuple[int, dict[str, Any]]] = {}
        self._soon: dict[str, tuple[int, dict[str, Any]]] = {}
        self.stacks: list[PlayedStack] = []
        self.reset()

    @property
    def environment(self) -> dict[str, str]:
        """That of whoever uses it."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": KEY,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    @cached_property
    def session(self) -> boto3.Session:
        """For what a test sets up."""
        return boto3.Session(aws_access_key_id=KEY, aws_secret_access_key=KEY, region_name=REGION)

    def reset(self) -> None:
        """Nothing was made, and one image runs."""
        self._client.post("/moto-api/reset").raise_for_status()
        self.runs(f"{IMAGE}:2", "SUCCEEDED")
        self.stacks, self._soon = [], {}

    def runs(self, image: str, status: str, *, service: str = "RUNNING", later: Sequence[str] = ()) -> None:
        """What App Runner tells: the image that runs, how its latest deployment ended, and what came after it."""
        operations = [
            *({"Id": kind, "Type": kind, "Status": "SUCCEEDED"} for kind in reversed(later)),
            {"Id": "1", "Type": "UPDATE_SERVICE", "Status": status},
        ]
        source = {"ImageRepository": {"ImageIdentifier": image, "ImageRepositoryType": "ECR"}}
        told = {"ServiceArn": SERVICE_ARN, "Status": service, "SourceConfiguration": source}
        self.compute = {
            "ListOperations": (200, {"OperationSummaryList": operations}),
            "DescribeService": (200, {"Service": told}),
            "ListServices": (200, {"ServiceSummaryList": []}),
        }

    def soon_runs(self, image: str, status: str) -> None:
        """The same, from the second look on."""
        now = self.compute
        self.runs(image, status)
        self._soon, self.compute = self.compute, now

    def runs_on_ecs(self, image: str, *statuses: str) -> None:
        """The same of ECS, by its deployments from the oldest to the newest."""
        deployments = [{"status": status, "createdAt": number} for number, status in enumerate(statuses)]
        containers = [{"name": "Sidecar", "image": "other"}, {"name": "Main", "image": image}]
        self.compute = {
            "ListServiceDeployments": (200, {"serviceDeployments": deployments}),
            "DescribeServices": (200, {"services": [{"taskDefinition": "ballast:2"}]}),
            "DescribeTaskDefinition": (200, {"taskDefinition": {"containerDefinitions": containers}}),
        }

    def push(self, *tags: str) -> None:
        """Images of the service in ECR."""
        ecr = self.session.client("ecr")
        ecr.create_repository(repositoryName="ballast")
        docker = "application/vnd.docker"
        for tag in tags:
            config = {"mediaType": f"{docker}.container.image.v1+json", "size": 1, "digest": f"sha256:{tag * 64}"}
            kind = f"{docker}.distribution.manifest.v2+json"
            manifest = {"schemaVersion": 2, "mediaType": kind, "config": config, "layers": []}
            ecr.put_image(repositoryName="ballast", imageManifest=json.dumps(manifest), imageTag=tag)

    def stop(self) -> None:
        self._client.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
        service, _, operation = target.partition(".")
        if service in {"AppRunner", ECS}:
            status, body = self.compute[operation]
            if operation == "ListOperations":
                body = _page(body, json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))))
            if operation == "DescribeService" and self._soon:
                self.compute, self._soon = self._soon, {}
            start_response(f"{status} As Told", [("Content-Type", "application/x-amz-json-1.0")])
            return [json.dumps(body).encode()]
        if "/cloudformation/" in str(environ.get("HTTP_AUTHORIZATION", "")):
            asked = parse_qs(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode())
            start_response("200 OK", [("Content-Type", "text/xml")])
            return [self._cloudformation(asked["Action"][0], asked.get("StackName", [""])[0]).encode()]
        answer: Iterable[bytes] = self._moto(environ, start_response)
        return answer

    def _cloudformation(self, action: str, name: str) -> str:
        if action == "DescribeStacks":
            told = _xml("Stacks", "".join(_xml("member", _stack(stack)) for stack in self.stacks))
        else:
            (stack,) = [stack for stack in self.stacks if stack.name == name]
            told = _xml("StackEvents", "".join(_xml("member", _event(stack, *event)) for event in stack.events))
        return _xml(f"{action}Response", _xml(f"{action}Result", told))


def _page(told: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """One operation a page, so that whoever needs an older one must ask on."""
    first = int(asked.get("NextToken", 0))
    operations = told["OperationSummaryList"]
    more = {"NextToken": str(first + 1)} if first + 1 < len(operations) else {}
    return {"OperationSummaryList": operations[first : first + 1], **more}


def _stack(stack: PlayedStack) -> str:
    outputs = "".join(
        _xml("member", _xml("OutputKey", name) + _xml("OutputValue", escape(value)))
        for name, value in stack.outputs.items()
    )
    named = _xml("StackName", stack.name) + _xml("StackStatus", stack.status) + _xml("CreationTime", BEGAN)
    return named + _xml("Outputs", outputs)


def _event(stack: PlayedStack, resource: str, kind: str, status: str, reason: str) -> str:
    of_the_stack = kind == "AWS::CloudFormation::Stack"
    told = {
        "StackId": stack.arn,
        "StackName": stack.name,
        "EventId": f"{resource}-{status}",
        "Timestamp": BEGAN,
        "LogicalResourceId": resource,
        "PhysicalResourceId": stack.arn if of_the_stack else resource,
        "ResourceType": kind,
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
    }
    return "".join(_xml(name, escape(value)) for name, value in told.items())


def _xml(name: str, inner: str) -> str:
    return f"<{name}>{inner}</{name}>"


class _Silent(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        pass
