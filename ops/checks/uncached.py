"""CloudFront keeps nothing that the service answers, errors neither."""

from collections.abc import Mapping

from ops.checks.finding import Finding, judged
from ops.deployment.door import Answer

NAME = "uncached"
PATHS = ("/identity", "/health", "/api/there-is-no-such-path")
"""The last one is an error, which CloudFront keeps by rules of its own."""


def judge(pairs: Mapping[str, tuple[Answer, Answer]]) -> Finding:
    """`pairs` are two answers to the same request, by its path."""
    problems = [problem for path, pair in pairs.items() for problem in _problems(path, pair)]
    return judged(
        NAME,
        problems,
        seen=f"two answers each to {', '.join(pairs)}; no request id came twice",
        expected="no Age, no Hit in X-Cache, a request id of its own in every answer",
        next_step="See the cache policy of CloudFront's behaviours for the API, and its error responses' minimum TTL.",
    )


def _problems(path: str, pair: tuple[Answer, Answer]) -> list[str]:
    first, second = pair
    wrong = [f"{path} came with Age {answer.headers['age']}" for answer in pair if "age" in answer.headers][:1]
    wrong += [
        f"{path} came with X-Cache {answer.headers['x-cache']}"
        for answer in pair
        if "hit" in answer.headers.get("x-cache", "").lower()
    ][:1]
    if "x-request-id" not in first.headers or "x-request-id" not in second.headers:
        return [*wrong, f"{path} was answered {first.status} without a request id, so not by the service"]
    if first.headers["x-request-id"] == second.headers["x-request-id"]:
        return [*wrong, f"{path} was answered twice by the same answer"]
    return wrong
