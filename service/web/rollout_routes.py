"""`GET /api/observability/rollouts`, and what operators do to a rollout."""

from collections.abc import Callable, Mapping
from typing import Annotated

import msgspec
from starlette.middleware import Middleware
from starlette.requests import Request

from service.fleet.control_copy import ControlCopy
from service.fleet.rollouts import Rollouts
from service.fleet.schema import UnknownSchemaError
from service.reliability import rollout as transitions
from service.reliability.rollout import Act, Rollout, RolloutStatus, RolloutTransitionError
from service.reliability.rollout_config import RolloutConfig
from service.reliability.rollout_counts import FleetCounts
from service.reliability.rollout_decision import evidence
from service.reliability.slo import Slo, Variant
from service.store.control import VersionConflictError
from service.store.errors import StoreError
from service.web.adds import PathVariable
from service.web.json_response import JsonResponse
from service.web.operation import Handler, Operation
from service.web.operator_change import Reason, change_operation, operator_in
from service.web.problems import CONFLICT, CONTROL_STORE_AWAY, NOT_FOUND, ProblemError


class RolloutWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an operator asks for, and why."""

    reason: Reason
    step: Annotated[float | None, msgspec.Meta(description="Of a start: the share to begin with.")] = None
    dry_run: Annotated[bool, msgspec.Meta(description="Only show what would become of it.")] = False
    expected_version: Annotated[
        Annotated[int, msgspec.Meta(ge=0)] | None,
        msgspec.Meta(description="Refuse the change if the rollout has another version; 0: if it was ever started."),
    ] = None


class SloDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One objective of the canary since the generation began; evidence and its limit as natural logarithms."""

    slo: Slo
    limit: float
    n: int
    k: int
    stable_n: int
    stable_k: int
    log_evidence: float
    log_evidence_limit: float


class RolloutDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A rollout at this instant, or its name alone before the first start; instants are Unix seconds."""

    name: str
    generation: int = 0
    version: int = 0
    status: RolloutStatus | None = None
    steps: tuple[float, ...] = ()
    step: int | None = None
    planned_share: float = 0.0
    measured_share: float | None = None  # of the requests admitted on this stage
    requests: int | None = None  # of the canary, finished on this stage
    started_at: float | None = None
    stage_started_at: float | None = None
    last: Act | None = None
    last_decision: str = ""
    next_decision: str = ""
    slos: list[SloDocument] = []
    instances: int | None = None  # whose counts were summed
    copy_age: float | None = None  # seconds since this instance read the document
    problem: str = ""  # why it may not be up to date


class RolloutDocuments(msgspec.Struct, frozen=True):
    """The rollouts of the service."""

    rollouts: list[RolloutDocument]


class RolloutRoutes:
    """What is shown of the rollouts, and what an operator may do to them."""

    def __init__(self, rollouts: Mapping[str, Rollouts], config: RolloutConfig, copy: ControlCopy) -> None:
        self._rollouts = rollouts
        self._copy = copy
        self._changes: Mapping[str, Callable[[str, Rollout | None, Act, float | None], Rollout]] = {
            "start": lambda name, before, act, step: transitions.start(before, config, name, act, step=step),
            "pause": lambda _, before, act, __: transitions.pause(_started(before), act),
            "resume": lambda _, before, act, __: transitions.resume(_started(before), act),
            "promote": lambda _, before, act, __: transitions.promote(_started(before), act),
            "roll-back": lambda _, before, act, __: transitions.roll_back(_started(before), act),
        }

    def observability_routes(self) -> list[Operation]:
        """For viewers."""
        return [Operation("GET", "/api/observability/rollouts", self.show, name="list_rollouts")]

    def operator_routes(self, operator: Middleware) -> list[Operation]:
        """For operators, whom the middleware `operator` lets pass."""
        parts = {"name": PathVariable(meaning="The rollout.", example=next(iter(self._rollouts), "embeddings"))}
        return [
            change_operation(
                "POST",
                f"/api/ops/rollouts/{{name}}/{verb}",
                self._endpoint(verb),
                operator,
                name=f"{verb.replace('-', '_')}_rollout",
                summary=meaning,
                parts=parts,
                problems=(CONFLICT, CONTROL_STORE_AWAY, NOT_FOUND),
            )
            for verb, meaning in _MEANINGS.items()
        ]

    async def show(self, _: Request) -> JsonResponse[RolloutDocuments]:
        """List the rollouts, each with its evidence."""
        return JsonResponse(RolloutDocuments([await self._document(each) for each in self._rollouts.values()]))

    def _endpoint(self, verb: str) -> Handler:
        async def change(request: Request, body: RolloutWish) -> JsonResponse[RolloutDocument]:
            rollouts, wish = self._rollout(request), body
            act = rollouts.act(operator_in(request), wish.reason)
            try:
                after, version = await rollouts.change(
                    lambda before, act: self._changes[verb](rollouts.name, before, act, wish.step),
                    act,
                    verb.replace("-", "_"),
                    expected_version=wish.expected_version,
                    dry_run=wish.dry_run,
                )
            except (RolloutTransitionError, VersionConflictError, UnknownSchemaError) as error:
                current = await self._document(rollouts)
                raise ProblemError(CONFLICT, f"{rollouts.name}: {error}", current=current) from error
            except StoreError as error:
                raise ProblemError(CONTROL_STORE_AWAY, "read the rollout again before the next try") from error
            return JsonResponse(await self._shown(rollouts, after, version))

        return change

    def _rollout(self, request: Request) -> Rollouts:
        found = self._rollouts.get(request.path_params["name"])
        if found is None:
            known = ", ".join(self._rollouts) or "none, since EMBEDDING_CANARY_MODEL is empty"
            raise ProblemError(NOT_FOUND, f"there is no such rollout; expected one of: {known}")
        return found

    async def _document(self, rollouts: Rollouts) -> RolloutDocument:
        try:
            rollout, version = rollouts.current()
        except UnknownSchemaError as error:
            return RolloutDocument(name=rollouts.name, copy_age=self._copy.age, problem=str(error))
        return await self._shown(rollouts, rollout, version)

    async def _shown(self, rollouts: Rollouts, rollout: Rollout | None, version: int) -> RolloutDocument:
        problem = self._copy.failure or rollouts.failure
        if rollout is None:
            return RolloutDocument(name=rollouts.name, copy_age=self._copy.age, problem=problem)
        counts = None
        try:
            counts = await rollouts.counts(rollout)
        except (StoreError, TimeoutError):
            problem = problem or "the counts could not be read"
        shown = RolloutDocument(
            name=rollouts.name,
            generation=rollout.generation,
            version=version,
            status=rollout.status,
            steps=rollout.config.steps,
            step=rollout.step,
            planned_share=rollout.weight,
            started_at=rollout.started_at,
            stage_started_at=rollout.stage_started_at,
            last=rollout.last,
            last_decision="" if rollout.decision is None else rollout.decision.reason,
            next_decision="" if rollouts.latest is None else rollouts.latest.reason,
            copy_age=self._copy.age,
            problem=problem,
        )
        return shown if counts is None else _with_counts(shown, rollout, counts, now=rollouts.act("", "").at)


_MEANINGS = {
    "start": "Begin a rollout anew, on its first step or another",
    "pause": "Keep a rollout's share as it is until it is resumed",
    "resume": "Have a rollout go on",
    "promote": "Take a rollout's next step without waiting for evidence",
    "roll-back": "Take every caller off the canary, for good",
}


def _started(rollout: Rollout | None) -> Rollout:
    if rollout is None:
        raise RolloutTransitionError("it was never started")
    return rollout


def _with_counts(shown: RolloutDocument, rollout: Rollout, counts: FleetCounts, *, now: float) -> RolloutDocument:
    canary, stable = (counts.of_stage(rollout.stage, variant) for variant in (Variant.CANARY, Variant.STABLE))
    admitted = canary.admitted + stable.admitted
    return msgspec.structs.replace(
        shown,
        measured_share=canary.admitted / admitted if admitted else None,
        requests=canary.finished,
        instances=counts.instances,
        slos=[_slo(rollout, counts, slo, now) for slo in Slo],
    )


def _slo(rollout: Rollout, counts: FleetCounts, slo: Slo, now: float) -> SloDocument:
    found = evidence(rollout, counts, slo, now=now)
    return SloDocument(
        slo=slo,
        limit=rollout.config.limit(slo),
        n=found.n,
        k=found.k,
        stable_n=found.stable_n,
        stable_k=found.stable_k,
        log_evidence=found.log_evidence,
        log_evidence_limit=found.log_limit,
    )
