"""Nobody goes around CloudFront: at its own address the service refuses, but for the platform's health check."""

from collections.abc import Mapping
from http import HTTPStatus

from ops.checks.finding import Finding, judged
from ops.checks.restart import RESTART
from ops.deployment.door import Answer

NAME = "origin"
REFUSED = ("/identity", "/health", "/health/ready")
EXEMPT = "/health/live"


def judge(answers: Mapping[str, Answer], live: Answer) -> Finding:
    """`answers` to requests without the origin's secret, by their path; `live` is that of the health check."""
    problems = [
        f"{path} was answered {answer.status} at its own address"
        for path, answer in answers.items()
        if answer.status not in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
    ]
    if live.status != HTTPStatus.OK:
        problems.append(f"{EXEMPT} was answered {live.status}: the platform would replace every instance")
    return judged(
        NAME,
        problems,
        seen=f"{', '.join(answers)} refused without the origin's secret; {EXEMPT} answered",
        expected=f"401, 403 or 404 for all but {EXEMPT}",
        next_step=f"See whether the service was told its origin secret; if it was changed, {RESTART}.",
    )
