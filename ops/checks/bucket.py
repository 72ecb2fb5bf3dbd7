"""The dashboard's bucket is private."""

from ops.checks.finding import Finding, Verdict, judged
from ops.deployment.bucket import BucketAccess

NAME = "bucket"
ANONYMOUS = "anonymous read"
NEXT_STEP = "Somebody changed the bucket by hand: look at its permissions, and deploy again."


def judge(access: BucketAccess) -> Finding:
    """By the bucket's settings."""
    problems = [f"{block} is off" for block, on in access.blocked.items() if not on]
    if access.public_by_policy:
        problems.append("its policy makes it public")
    told = "no public policy" if access.public_by_policy is False else "its policy's status is not told"
    return judged(
        NAME,
        [f"{access.name}: {problem}" for problem in problems],
        seen=f"{access.name}: public access is blocked, {told}",
        expected="every public access blocked, no public policy",
        next_step=NEXT_STEP,
    )


def judge_anonymous_read(name: str, *, read: bool, emulated: bool) -> Finding:
    """By a read without credentials; an AWS on this machine enforces no permissions and cannot tell."""
    if emulated:
        reason = "an AWS on this machine enforces no permissions"
        return Finding(name=ANONYMOUS, verdict=Verdict.NOT_ASKED, seen=reason, expected="a refusal")
    return judged(
        ANONYMOUS,
        [f"anyone may read {name}/index.html past CloudFront"] if read else [],
        seen=f"{name}/index.html is refused without credentials",
        expected="a refusal",
        next_step=NEXT_STEP,
    )
