"""A distribution of CloudFront, played by a proxy on loopback. Standard library alone.

It does what the service and its dashboard rest on: chooses the origin by path, sends the origin's secret header, runs
the viewer's function, adds the security headers, and keeps answers, errors too, for as long as the template lets it.
"""

import fnmatch
import http.client
import json
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # the managed policy's id, the same in every account
KEPT = 86_400.0  # seconds that an answer is kept where nothing says otherwise
ERRORS_KEPT = 10.0  # seconds that an error is kept where nothing says otherwise
KEPT_ERRORS = frozenset({404, 414, 500, 501, 502, 503, 504})  # by CloudFront's developer guide, whatever the policy
FIRST_ERROR = 400
ORIGIN_ANSWERS_WITHIN = 30.0  # seconds
OF_ONE_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "host", "te"})
FUNCTION_WITHIN = 10.0  # seconds; starting Node is most of it

RUN = "process.stdin.on('data', event => console.log(JSON.stringify(handler(JSON.parse(event)))));"


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """What a template says of a distribution, and where what it refers to is found."""

    distribution: Mapping[str, Any]  # DistributionConfig
    headers: Callable[[str], Mapping[str, str]]  # of a response headers policy, by its id
    function: Callable[[str], str]  # the code of one, by its ARN

    def behaviour(self, path: str) -> Mapping[str, Any]:
        """The first behaviour that a path belongs to."""
        for each in self.distribution.get("CacheBehaviors", []):
            if fnmatch.fnmatchcase(path, each["PathPattern"]):
                return dict(each)
        return dict(self.distribution["DefaultCacheBehavior"])

    def origin(self, behaviour: Mapping[str, Any]) -> Mapping[str, Any]:
        """Where a behaviour's requests go."""
        wanted = behaviour["TargetOriginId"]
        return next(origin for origin in self.distribution["Origins"] if origin["Id"] == wanted)

    def kept_for(self, behaviour: Mapping[str, Any], status: int) -> float:
        """Seconds for which an answer is kept."""
        if status in KEPT_ERRORS:
            told = {each["ErrorCode"]: each for each in self.distribution.get("CustomErrorResponses", [])}
            return float(told.get(status, {}).get("ErrorCachingMinTTL", ERRORS_KEPT))
        disabled = status >= FIRST_ERROR or behaviour.get("CachePolicyId") == CACHING_DISABLED
        return 0.0 if disabled else KEPT


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an origin answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    at: float = field(default_factory=time.monotonic)


class Edge:
    """Listens on a free loopback port from its making to its closing."""

    def __init__(self, *, gateway: str, node: str) -> None:
        """`gateway` is where buckets are read, as host and port; `node` runs the functions."""
        self._gateway = gateway
        self._node = node
        self._configuration: Configuration | None = None
        self._kept: dict[str, tuple[float, Answer]] = {}  # by path, with the instant until which
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self.answer))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.address = f"127.0.0.1:{self._server.server_port}"

    def configure(self, configuration: Configuration) -> None:
        """Answer as a template says, from now on."""
        self._configuration = configuration
        self.invalidate()

    def invalidate(self) -> None:
        """Keep nothing."""
        self._kept.clear()

    def close(self) -> None:
        """Listen no longer."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """What a viewer is answered."""
        configuration = self._configuration
        assert configuration is not None  # noqa: S101 - nobody knows the address before
        path = target.partition("?")[0]
        behaviour = configuration.behaviour(path)
        if method not in behaviour.get("AllowedMethods", ["GET", "HEAD"]):
            return Answer(status=403, headers={"X-Cache": "Error from cloudfront"}, body=b"this method is not allowed")
        until, kept = self._kept.get(target, (0.0, None))
        if kept is not None and method == "GET" and time.monotonic() < until:
            said = {"X-Cache": "Hit from cloudfront", "Age": str(int(time.monotonic() - kept.at))}
        else:
            kept = self._asked(configuration, behaviour, method, target, headers=headers, body=body)
            said = {"X-Cache": "Miss from cloudfront"}
            seconds = configuration.kept_for(behaviour, kept.status) if method == "GET" else 0.0
            if seconds:
                self._kept[target] = (kept.at + seconds, kept)
        policy = behaviour.get("ResponseHeadersPolicyId")
        added = configuration.headers(policy) if policy else {}
        return Answer(status=kept.status, headers={**kept.headers, **added, **said}, body=kept.body)

    def _asked(
        self,
        configuration: Configuration,
        behaviour: Mapping[str, Any],
        method: str,
        target: str,
        *,
        headers: Mapping[str, str],
        body: bytes,
    ) -> Answer:
        for each in behaviour.get("FunctionAssociations", []):
            target = self._rewritten(configuration.function(each["FunctionARN"]), target)
        if target == "/":
            target += configuration.distribution.get("DefaultRootObject", "")
        origin = configuration.origin(behaviour)
        if "CustomOriginConfig" not in origin:
            bucket = origin["DomainName"].partition(".s3.")[0]
            return _exchange(self._gateway, method, f"/{bucket}{target}", {}, b"")
        ours = {each["HeaderName"]: each["HeaderValue"] for each in origin.get("OriginCustomHeaders", [])}
        replaced = OF_ONE_CONNECTION | {name.lower() for name in ours}
        passed = {name: value for name, value in headers.items() if name.lower() not in replaced}
        return _exchange(origin["DomainName"], method, target, {**passed, **ours}, body)

    def _rewritten(self, code: str, target: str) -> str:
        path, mark, query = target.partition("?")
        event = json.dumps({"request": {"uri": path}})
        ran = subprocess.run(
            [self._node, "-e", code + RUN],
            input=event,
            capture_output=True,
            text=True,
            timeout=FUNCTION_WITHIN,
            check=True,
        )
        return f"{json.loads(ran.stdout)['uri']}{mark}{query}"


def _exchange(host: str, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
    connection = http.client.HTTPConnection(host, timeout=ORIGIN_ANSWERS_WITHIN)
    try:
        connection.request(method, target, body=body or None, headers=dict(headers))
        answer = connection.getresponse()
        passed = {name: value for name, value in answer.getheaders() if name.lower() not in OF_ONE_CONNECTION}
        return Answer(status=answer.status, headers=passed, body=answer.read())
    except (OSError, http.client.HTTPException):
        return Answer(status=502, headers={}, body=b"the origin does not answer")
    finally:
        connection.close()


def _handler(
    answered: Callable[[str, str, Mapping[str, str], bytes], Answer],
) -> type[BaseHTTPRequestHandler]:
    class Viewer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = answered(self.command, self.path, dict(self.headers.items()), body)
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815 - as it is called

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Viewer
