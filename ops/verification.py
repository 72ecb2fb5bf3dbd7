"""All the checks of a deployment: what each asks, and who judges the answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from ops.checks import (
    alarms,
    breaker,
    bucket,
    budget,
    dashboard,
    gates,
    health,
    identity,
    latest_deployment,
    origin,
    tokens,
    uncached,
)
from ops.checks.finding import Finding, Verdict
from ops.deployment import alarms as cloudwatch
from ops.deployment import bucket as s3
from ops.deployment.addresses import emulated
from ops.deployment.breaker_exercise import BreakerExercise
from ops.deployment.budget import budget as budget_called
from ops.deployment.compute import latest_deployment as newest
from ops.deployment.deployment import Deployment
from ops.deployment.identity import met_again, who_answers
from ops.deployment.settling import settled
from ops.deployment.stacks import image_asked_for
from ops.errors import NotDeployedError, OperationError

Question = Callable[[], Finding]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the operator wants to know besides."""

    version: str | None = None  # that must answer; None: any
    exercise: bool = False  # whether a fault may be played


def verify(deployment: Deployment, wanted: Wanted, *, began: Callable[[str], None]) -> list[Finding]:
    """Put every question, one after the other; none keeps the others from being put. `began` is told each name."""
    findings = []
    for name, question in _questions(deployment, wanted).items():
        began(name)
        findings.append(_answered(name, question))
    return findings


def _answered(name: str, question: Question) -> Finding:
    try:
        return question()
    except NotDeployedError as error:
        return Finding(name=name, verdict=Verdict.NOT_ASKED, seen=str(error))
    except OperationError as error:
        return Finding(
            name=name,
            verdict=Verdict.FAIL,
            seen=f"it cannot be told: {error}",
            expected="an answer",
            next_step="Mend what keeps the question from being answered, and verify again.",
        )


def _questions(deployment: Deployment, wanted: Wanted) -> Mapping[str, Question]:
    return {
        identity.NAME: partial(_identity, deployment, wanted),
        health.NAME: partial(_health, deployment),
        gates.NAME: lambda: gates.judge(settled(deployment.front, "/health/ready")),
        uncached.NAME: partial(_uncached, deployment),
        origin.NAME: partial(_origin, deployment),
        tokens.VIEWERS: partial(_viewers, deployment),
        tokens.OPERATORS: partial(_operators, deployment),
        latest_deployment.NAME: partial(_latest_deployment, deployment),
        alarms.NAME: partial(_alarms, deployment),
        budget.NAME: partial(_budget, deployment),
        bucket.NAME: partial(_bucket, deployment),
        bucket.ANONYMOUS: partial(_anonymous_read, deployment),
        dashboard.NAME: lambda: dashboard.judge(deployment.edge.ask("/")),
        breaker.NAME: partial(_breaker, deployment) if wanted.exercise else breaker.not_asked,
    }


def _identity(deployment: Deployment, wanted: Wanted) -> Finding:
    own = who_answers(deployment.own)
    edge = met_again(deployment.edge, own.boot_id) if deployment.outputs.has_edge else None
    return identity.judge(own, edge, environment=deployment.outputs.environment, version=wanted.version)


def _health(deployment: Deployment) -> Finding:
    return health.judge(settled(deployment.front, "/health"), deployment.front.name)


def _uncached(deployment: Deployment) -> Finding:
    edge = deployment.edge
    return uncached.judge({path: (edge.ask(path), edge.ask(path)) for path in uncached.PATHS})


def _origin(deployment: Deployment) -> Finding:
    if not deployment.outputs.has_origin_secret:
        raise NotDeployedError(f"the outputs have no OriginSecretArn of {deployment.outputs.stack_name('Data')}")
    around = deployment.around
    return origin.judge({path: around.ask(path) for path in origin.REFUSED}, around.ask(origin.EXEMPT))


def _viewers(deployment: Deployment) -> Finding:
    return _tokens(deployment, tokens.VIEWERS, tokens.VIEWERS_PATH, deployment.viewer_token)


def _operators(deployment: Deployment) -> Finding:
    return _tokens(deployment, tokens.OPERATORS, tokens.OPERATORS_PATH, deployment.operator_token)


def _tokens(deployment: Deployment, name: str, path: str, token: str) -> Finding:
    door = deployment.front
    return tokens.judge(
        name,
        path,
        without=door.ask(path),
        wrong=door.ask(path, token="wrong"),  # noqa: S106 - no token, on purpose
        right=door.ask(path, token=token),
    )


def _latest_deployment(deployment: Deployment) -> Finding:
    latest = newest(deployment.session, deployment.outputs["Service", "ServiceArn"])
    return latest_deployment.judge(latest, image=image_asked_for(deployment.session, deployment.outputs))


def _alarms(deployment: Deployment) -> Finding:
    names = [name.strip() for name in deployment.outputs["Observability", "AlarmNames"].split(",")]
    return alarms.judge(names, cloudwatch.states(deployment.session, names))


def _budget(deployment: Deployment) -> Finding:
    name = deployment.outputs["Guardrails", "BudgetName"]
    return budget.judge(name, budget_called(deployment.session, deployment.outputs.account, name))


def _bucket(deployment: Deployment) -> Finding:
    return bucket.judge(s3.access(deployment.session, deployment.outputs["Edge", "DashboardBucket"]))


def _anonymous_read(deployment: Deployment) -> Finding:
    name = deployment.outputs["Edge", "DashboardBucket"]
    read = not emulated() and s3.read_by_anyone(deployment.session, name)
    return bucket.judge_anonymous_read(name, read=read, emulated=emulated())


def _breaker(deployment: Deployment) -> Finding:
    exercise = BreakerExercise(
        deployment.front, operator_token=deployment.operator_token, viewer_token=deployment.viewer_token
    )
    return breaker.judge(exercise.run())
