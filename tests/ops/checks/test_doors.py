"""What is asked of the service at its doors."""

from dataclasses import replace

import pytest

from ops.checks import dashboard, identity, origin, tokens, uncached
from ops.checks.finding import Finding, Verdict
from ops.deployment.door import Answer
from ops.deployment.identity import Identity
from tests.ops.checks.answers import answer

OWN = Identity(status=200, service="ballast", version="1.2.3", environment="staging", boot_id="b1")


def judged(own: Identity, edge: Identity | None = OWN, version: str | None = None) -> Finding:
    return identity.judge(own, edge, environment="staging", version=version)


def test_the_same_boot_at_both_doors_is_the_deployed_service() -> None:
    assert judged(OWN).verdict is Verdict.PASS
    assert judged(OWN, None, "1.2.3").verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("own", "edge", "version", "said"),
    [
        (replace(OWN, service="nginx"), OWN, None, "at its own address /identity was answered 200 by nginx"),
        (OWN, Identity(status=504), None, "through CloudFront /identity was answered 504 by what is not ballast"),
        (replace(OWN, environment="production"), None, None, "at its own address answers production"),
        (OWN, replace(OWN, environment="production"), None, "through CloudFront answers production"),
        (OWN, replace(OWN, version="1.2.2"), None, "version 1.2.3 at its own address, 1.2.2 through CloudFront"),
        (OWN, replace(OWN, boot_id="b2"), None, "boot b1 at its own address is never met through CloudFront"),
        (OWN, None, "2.0.0", "at its own address answers version 1.2.3"),
    ],
)
def test_another_service_version_environment_or_boot_fails(
    own: Identity, edge: Identity | None, version: str | None, said: str
) -> None:
    finding = judged(own, edge, version)
    assert (finding.verdict, finding.seen) == (Verdict.FAIL, said)


def test_two_answers_of_the_service_with_ids_of_their_own_are_uncached() -> None:
    pairs = {path: (answer(), answer(headers={"x-cache": "Miss from cloudfront"})) for path in uncached.PATHS}
    assert uncached.judge(pairs).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (answer(headers={"age": "3"}), "/health came with Age 3"),
        (answer(503, headers={"x-cache": "Error from cloudfront, Hit"}), "/health came with X-Cache Error"),
        (answer(headers={"x-request-id": "one"}), "/health was answered twice by the same answer"),
        (Answer(status=502), "/health was answered 200 without a request id, so not by the service"),
    ],
)
def test_an_answer_that_the_edge_kept_fails(second: Answer, said: str) -> None:
    finding = uncached.judge({"/health": (answer(headers={"x-request-id": "one"}), second)})
    assert finding.verdict is Verdict.FAIL
    assert finding.seen.startswith(said)


def test_the_service_refuses_who_goes_around_the_edge_but_not_the_health_check() -> None:
    assert origin.judge({"/identity": answer(403)}, answer()).verdict is Verdict.PASS
    finding = origin.judge({"/identity": answer(), "/health": answer(403)}, answer(403))
    assert (finding.verdict, finding.seen) == (
        Verdict.FAIL,
        (
            "/identity was answered 200 at its own address; "
            "/health/live was answered 403: the platform would replace every instance"
        ),
    )


def test_an_api_opens_to_its_token_alone() -> None:
    def asked(without: int, wrong: int, right: int) -> Finding:
        answers = (answer(status) for status in (without, wrong, right))
        return tokens.judge("API", "/api", **dict(zip(("without", "wrong", "right"), answers, strict=True)))

    assert asked(401, 401, 200).verdict is Verdict.PASS
    assert asked(401, 429, 200).verdict is Verdict.PASS  # others have given wrong ones too
    assert asked(200, 200, 200).seen == (
        "/api was answered 200 without a token; /api was answered 200 with a wrong token"
    )
    assert asked(404, 404, 404).seen.count("404") == 3
    assert asked(401, 401, 401).seen == "/api was answered 401 with its token"


def test_a_changed_secret_asks_for_new_instances_and_not_for_the_same_stacks_again() -> None:
    refused = tokens.judge("API", "/api", without=answer(401), wrong=answer(401), right=answer(401))
    around = origin.judge({"/health": answer()}, answer())
    for finding in (refused, around):
        assert "aws apprunner start-deployment" in finding.next_step
        assert "--force-new-deployment" in finding.next_step
        assert "deploy again" not in finding.next_step


PAGE = {"content-type": "text/html", **{name: f"{holds} and more" for name, holds in dashboard.HEADERS.items()}}


def test_the_dashboard_is_a_page_with_every_security_header() -> None:
    assert dashboard.judge(answer(headers=PAGE)).verdict is Verdict.PASS


@pytest.mark.parametrize("header", dashboard.HEADERS)
def test_a_missing_security_header_fails(header: str) -> None:
    finding = dashboard.judge(answer(headers={name: value for name, value in PAGE.items() if name != header}))
    assert (finding.verdict, finding.seen) == (Verdict.FAIL, f"{header} is missing")


@pytest.mark.parametrize(
    ("said", "reason"),
    [(answer(403, headers=PAGE), "/ was answered 403"), (answer(headers=PAGE | {"content-type": "x/y"}), "/ is x/y")],
)
def test_what_is_no_page_is_no_dashboard(said: Answer, reason: str) -> None:
    assert dashboard.judge(said).seen == reason
