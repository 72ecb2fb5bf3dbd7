"""An API refuses who has no token or a wrong one, and answers who has the right one."""

from http import HTTPStatus

from ops.checks.finding import Finding, judged
from ops.checks.restart import RESTART
from ops.deployment.door import Answer

VIEWERS = "viewers' API"
VIEWERS_PATH = "/api/observability/summary"
OPERATORS = "operators' API"
OPERATORS_PATH = "/api/ops/faults"


def judge(name: str, path: str, *, without: Answer, wrong: Answer, right: Answer) -> Finding:
    """The answers at `path` to no token, to a wrong one, and to the deployment's own."""
    wanted = (
        ("without a token", without, {HTTPStatus.UNAUTHORIZED}),
        # The second, when others gave wrong ones too.
        ("with a wrong token", wrong, {HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS}),
        ("with its token", right, {HTTPStatus.OK}),
    )
    return judged(
        name,
        [
            f"{path} was answered {answer.status} {how}"
            for how, answer, statuses in wanted
            if answer.status not in statuses
        ],
        seen=f"{path}: 401 without a token, {wrong.status} with a wrong one, 200 with its own",
        expected="401 without a token, 401 with a wrong one, 200 with its own",
        next_step=f"Instances read their tokens at their start: after a change of the secret, {RESTART}.",
    )
