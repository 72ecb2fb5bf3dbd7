"""The compute's own latest deployment succeeded. CloudFormation says success of one that was rolled back, too."""

from ops.checks.finding import Finding, judged
from ops.deployment.compute import LatestDeployment

NAME = "latest deployment"
RESUME = "aws apprunner resume-service --service-arn"
STOPPED = (
    f"Resume a paused service, as the budget leaves it: `{RESUME}` with the outputs' ServiceArn; then verify again."
)
UNHEALTHY = "Read the service's log for why it was not healthy; then deploy what is healthy, or `ops rollback`."


def judge(latest: LatestDeployment, *, image: str) -> Finding:
    """`image` is the one that the stacks ask for."""
    told = f"{latest.platform}'s {latest.operation}: {latest.status}"
    problems = []
    if not latest.operation:
        problems.append(f"{latest.platform} tells of no deployment")
    elif latest.rolled_back:
        problems.append(f"{told}. The revision was rolled back, although CloudFormation said success")
    elif not latest.succeeded:
        problems.append(told)
    if latest.stopped:
        problems.append(f"the service is {latest.service}: it runs nothing")
    elif latest.under_way and latest.succeeded:
        problems.append(f"the service is {latest.service}")
    if latest.image != image:
        problems.append(f"{latest.image or 'no image'} runs; the stacks ask for {image}")
    elif problems and not latest.stopped:
        problems.append(f"{latest.image} runs")
    return judged(
        NAME,
        problems,
        seen=f"{told}; {image} runs",
        expected=f"it succeeded, and {image} runs",
        next_step=_next_step(latest),
    )


def _next_step(latest: LatestDeployment) -> str:
    if latest.stopped:
        return STOPPED
    return "Wait until it has ended, and verify again." if latest.under_way else UNHEALTHY
