"""The played CloudFront does what the stacks rely on, and what they must switch off."""

import http.client
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from harness.emulator.edge import CACHING_DISABLED, Answer, Configuration, Edge
from tests.harness.run.stub_server import StubServer

REWRITE = "function handler(event) { event.request.uri = '/index.html'; return event.request; }"


@dataclass
class Times:
    """How often an origin was asked."""

    asked: int = 0
    statuses: list[int] = field(default_factory=lambda: [200])

    def __call__(self, _: Mapping[str, str]) -> tuple[int, Any]:
        self.asked += 1
        return self.statuses[min(self.asked, len(self.statuses)) - 1], {"asked": self.asked}


@pytest.fixture
def origin() -> Iterator[StubServer]:
    with StubServer() as server:
        yield server


@pytest.fixture
def edge(origin: StubServer) -> Iterator[Edge]:
    made = Edge(gateway=origin.address.removeprefix("http://"), node=str(Path(sys.prefix, "bin", "node")))
    yield made
    made.close()


@pytest.fixture
def configured(edge: Edge, origin: StubServer) -> Callable[..., Edge]:
    """The edge before a service and a bucket, with what the service's behaviour says besides."""

    def configure(errors: list[dict[str, Any]] | None = None, **api: object) -> Edge:
        service = {
            "Id": "service",
            "DomainName": origin.address.removeprefix("http://"),
            "CustomOriginConfig": {},
            "OriginCustomHeaders": [{"HeaderName": "Authorization", "HeaderValue": "the origin's"}],
        }
        distribution = {
            "Origins": [service, {"Id": "bucket", "DomainName": "pages.s3.us-east-1.amazonaws.com"}],
            "DefaultRootObject": "index.html",
            "DefaultCacheBehavior": {"TargetOriginId": "bucket", "ResponseHeadersPolicyId": "p"},
            "CacheBehaviors": [{"PathPattern": "/api/*", "TargetOriginId": "service", **api}],
            "CustomErrorResponses": errors or [],
        }
        edge.configure(
            Configuration(
                distribution=distribution, headers=lambda _: {"X-Policy": "strict"}, function=lambda _: REWRITE
            )
        )
        return edge

    return configure


def get(edge: Edge, target: str, method: str = "GET", **headers: str) -> Answer:
    connection = http.client.HTTPConnection(edge.address, timeout=60)
    try:
        connection.request(method, target, headers=headers)
        answer = connection.getresponse()
        return Answer(status=answer.status, headers=dict(answer.getheaders()), body=answer.read())
    finally:
        connection.close()


def test_paths_lead_to_their_origins_and_the_root_to_its_page(
    configured: Callable[..., Edge], origin: StubServer
) -> None:
    origin.says("GET /api/x", {"from": "service"})
    origin.says("GET /pages/index.html", {"from": "bucket"})
    edge = configured(CachePolicyId=CACHING_DISABLED)
    assert b"service" in get(edge, "/api/x?a=1").body
    page = get(edge, "/")
    assert (b"bucket" in page.body, page.headers["X-Policy"]) == (True, "strict")


def test_the_origin_gets_the_header_that_the_template_names_and_the_bucket_does_not(
    configured: Callable[..., Edge], origin: StubServer
) -> None:
    edge = configured(CachePolicyId=CACHING_DISABLED)
    get(edge, "/api/x")
    get(edge, "/page.css")
    assert [(call, token) for call, _, token in origin.asked] == [
        ("GET /api/x", "the origin's"),
        ("GET /pages/page.css", ""),
    ]


def test_a_viewer_s_own_word_for_the_origin_s_header_does_not_arrive(
    configured: Callable[..., Edge], origin: StubServer
) -> None:
    get(configured(CachePolicyId=CACHING_DISABLED), "/api/x", authorization="a viewer's")
    assert [token for _, _, token in origin.asked] == ["the origin's"]


def test_a_function_of_the_template_rewrites_what_is_asked_for(
    configured: Callable[..., Edge], origin: StubServer
) -> None:
    origin.says("GET /index.html", {"rewritten": True})
    edge = configured(CachePolicyId=CACHING_DISABLED, FunctionAssociations=[{"FunctionARN": "arn"}])
    assert get(edge, "/api/deep/link").status == 200


def test_what_is_not_disabled_is_kept_until_it_is_invalidated(
    configured: Callable[..., Edge], origin: StubServer
) -> None:
    origin.answers["GET /api/x"] = times = Times()
    edge = configured()
    assert [get(edge, "/api/x").headers["X-Cache"] for _ in range(2)] == ["Miss from cloudfront", "Hit from cloudfront"]
    edge.invalidate()
    get(edge, "/api/x")
    assert times.asked == 2


def test_nothing_is_kept_where_caching_is_disabled(configured: Callable[..., Edge], origin: StubServer) -> None:
    origin.answers["GET /api/x"] = times = Times()
    edge = configured(CachePolicyId=CACHING_DISABLED)
    get(edge, "/api/x")
    assert "Age" not in get(edge, "/api/x").headers
    assert times.asked == 2


@pytest.mark.parametrize(("errors", "second"), [([], 503), ([{"ErrorCode": 503, "ErrorCachingMinTTL": 0}], 200)])
def test_an_error_is_kept_unless_the_template_says_otherwise(
    configured: Callable[..., Edge], origin: StubServer, errors: list[dict[str, Any]], second: int
) -> None:
    origin.answers["GET /api/x"] = Times(statuses=[503, 200])
    edge = configured(errors, CachePolicyId=CACHING_DISABLED)
    assert [get(edge, "/api/x").status for _ in range(2)] == [503, second]


def test_what_the_caller_did_wrong_is_not_kept(configured: Callable[..., Edge], origin: StubServer) -> None:
    origin.answers["GET /api/x"] = Times(statuses=[401, 200])
    edge = configured()
    assert [get(edge, "/api/x").status for _ in range(2)] == [401, 200]


def test_a_method_that_the_behaviour_does_not_allow_is_refused_at_the_edge(
    configured: Callable[..., Edge], origin: StubServer
) -> None:
    assert get(configured(), "/api/x", "DELETE").status == 403
    assert origin.asked == []


def test_an_origin_that_is_away_is_told_as_such(edge: Edge, configured: Callable[..., Edge]) -> None:
    configured(CachePolicyId=CACHING_DISABLED)
    configuration = edge._configuration
    assert configuration is not None
    configuration.distribution["Origins"][0]["DomainName"] = "127.0.0.1:9"
    assert get(edge, "/api/x").status == 502
