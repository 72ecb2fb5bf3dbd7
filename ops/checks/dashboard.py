"""CloudFront serves the dashboard, with its security headers."""

from http import HTTPStatus

from ops.checks.finding import Finding, judged
from ops.deployment.door import Answer

NAME = "dashboard"
HEADERS = {
    "content-security-policy": "default-src 'none'",
    "strict-transport-security": "max-age=",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
"""What each header holds at the least."""


def judge(answer: Answer) -> Finding:
    """`answer` is that of `/` through CloudFront."""
    problems = []
    if answer.status != HTTPStatus.OK:
        problems.append(f"/ was answered {answer.status}")
    elif "text/html" not in answer.headers.get("content-type", ""):
        problems.append(f"/ is {answer.headers.get('content-type', 'of no type')}")
    problems += [
        f"{name} is {answer.headers.get(name, 'missing')}"
        for name, holds in HEADERS.items()
        if holds not in answer.headers.get(name, "")
    ]
    return judged(
        NAME,
        problems,
        seen=f"a page, with {', '.join(HEADERS)}",
        expected=f"200, text/html, with {', '.join(f'{name}: {holds}' for name, holds in HEADERS.items())}",
        next_step="See whether the bucket holds index.html and the behaviour has its headers' policy; deploy again.",
    )
