"""The service is asked whatever its document allows, and more, and must answer as the document says."""

import json
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from httpx2 import post
from hypothesis import HealthCheck, settings
from schemathesis import Case, CheckContext, Response
from schemathesis.config import SchemathesisConfig
from schemathesis.openapi.checks import IgnoredAuth
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance
from schemathesis.specs.openapi.schemas import OpenApiSchema

from service.web.problems import CONTRADICTORY, IDEMPOTENCY_KEY_REUSED, UNKNOWN_CURSOR
from service.workload.documents import ID
from tests.service.process import ROOT, service

TOKENS = {"operator": "operator-token", "viewer": "viewer-token", "internal": "internal-token"}

ENVIRONMENT = {
    "PORT": "0",
    "USE_RELIABILITY_SYSTEM": "true",
    "OPENAI_API_KEY": "simulated",
    "EMBEDDING_CANARY_MODEL": "text-embedding-3-large",
    "FAULT_INJECTION": "true",
    **{f"{role.upper()}_TOKEN": token for role, token in TOKENS.items()},
    # A busy machine is no reason to give up on a dependency.
    **{
        f"{dependency}_{limit}_SECONDS": "60"
        for dependency in ("EMBEDDINGS", "DATABASE", "QUEUE")
        for limit in ("SLOW_CALL", "ATTEMPT_TIMEOUT", "DEADLINE")
    },
    "HEALTH_CHECK_TIMEOUT_SECONDS": "60",
    "QUEUE_VISIBILITY_SECONDS": "600",
}


_no_whole_number = re.compile(r"Expected `int( \| null)?`, got `float`").match

BEFORE = {
    "start_rollout": ["roll-back"],
    "pause_rollout": ["start"],
    "resume_rollout": ["start", "pause"],
    "promote_rollout": ["start"],
    "roll_back_rollout": ["start"],
}
"""What is done to the rollout before an operation that would have nothing to do otherwise, until it was `OFTEN`."""

OFTEN = 3


def api(*, examples: int) -> OpenApiSchema:
    """The document, with so many examples for each operation besides those at the limits of its schemas."""
    generation = {
        "max-examples": examples,
        "deterministic": True,
        "database": "none",
        "with-security-parameters": False,  # `Services.asked_as` says whose token is sent
    }
    return schemathesis.openapi.from_path(
        ROOT / "docs/openapi.json", config=SchemathesisConfig.from_dict({"seed": 1, "generation": generation})
    )


@contextmanager
def simulator() -> Iterator[str]:
    """The address of a provider that is well."""
    command = [sys.executable, "-m", "harness.simulator"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["address"]
        finally:
            process.kill()


@dataclass(frozen=True, kw_only=True)
class Services:
    """Two instances that share nothing: what is done to the one by operators changes no answer of the other."""

    looked_at: str
    operated: str

    def ask(self, case: Case[Any], answers: Counter[int]) -> None:
        asked_as = self.asked_as(case)
        done = sum(answers[status] for status in answers if status < 400)
        for verb in BEFORE.get(case.operation.definition.raw["operationId"], []) if done < OFTEN else []:
            url = f"{self.operated}/api/ops/rollouts/embeddings/{verb}"
            post(url, json={"reason": "a test"}, headers=asked_as["headers"], timeout=60)
        answer = case.call(**asked_as)
        answers[answer.status_code] += 1
        self.judge(case, answer)

    def judge(self, case: Case[Any], answer: Response) -> None:
        asked_as = self.asked_as(case)
        case.validate_response(
            answer,
            headers=asked_as["headers"],
            transport_kwargs=asked_as,
            additional_checks=[ignored_token],
            excluded_checks=[
                ignored_auth,  # `ignored_token` takes its place
                *([positive_data_acceptance] if refused_for_what_no_schema_tells(answer) else []),
            ],
        )

    def asked_as(self, case: Case[Any]) -> dict[str, Any]:
        """Where, and with whose token."""
        address = self.operated if "operators" in case.operation.tags else self.looked_at
        schemes = case.operation.definition.raw.get("security", [])
        whose = [name for scheme in schemes for name in scheme]
        headers = {"Authorization": f"Bearer {TOKENS[whose[0]]}"} if whose else {}
        return {"base_url": address, "headers": headers}


def ignored_token(context: CheckContext, answer: Response, case: Case[Any]) -> bool | None:
    """As `ignored_auth`, which takes 429 for an answer; it is how many wrong tokens in a row are refused."""
    try:
        return ignored_auth(context, answer, case)
    except IgnoredAuth as failure:
        if "got `429 " not in failure.message:
            raise
        return None


def refused_for_what_no_schema_tells(answer: Response) -> bool:
    """An earlier request has used the key, or members that are good one by one are not together; or 1.0 is given for a
    whole number, as which JSON Schema alone takes it.
    """
    if answer.status_code != 422:
        return False
    problem: dict[str, str] = answer.json()
    told_by_kind = problem["type"] in {kind.slug for kind in (IDEMPOTENCY_KEY_REUSED, CONTRADICTORY, UNKNOWN_CURSOR)}
    return told_by_kind or bool(_no_whole_number(problem["detail"]))


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("services")
    with ExitStack() as stack:
        provider = stack.enter_context(simulator())

        def started(name: str) -> str:
            variables: Mapping[str, str] = {
                **ENVIRONMENT,
                "OPENAI_BASE_URL": provider,
                "DATABASE_PATH": str(folder / f"{name}.sqlite3"),
            }
            address: str = stack.enter_context(service(**variables)).wait_for("listening")["address"]
            return address

        found = Services(looked_at=started("looked-at"), operated=started("operated"))
        keep_example(found.looked_at, folder / "looked-at.sqlite3")
        yield found


def keep_example(address: str, database: Path) -> None:
    """Stores the document that the examples name."""
    stored = post(f"{address}/api/documents", json={"title": "On walls", "text": "A wall of flint."}, timeout=60)
    with closing(sqlite3.connect(database, timeout=60)) as connection, connection:
        connection.execute("UPDATE documents SET id = ? WHERE id = ?", (ID.example, stored.json()["id"]))


@pytest.fixture
def answers() -> Iterator[Counter[int]]:
    """The statuses of an operation's answers; refusals alone would prove little."""
    seen: Counter[int] = Counter()
    yield seen
    assert any(status < 400 for status in seen), seen


ALL_IN_ONE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # what `answers` is there for

SAMPLED, WHOLE = api(examples=6), api(examples=300)


@SAMPLED.parametrize()
@ALL_IN_ONE
def test_the_service_answers_as_its_document_says(case: Case[Any], services: Services, answers: Counter[int]) -> None:
    services.ask(case, answers)


@pytest.mark.long
@WHOLE.parametrize()
@ALL_IN_ONE
def test_the_service_answers_as_its_document_says_to_the_last(
    case: Case[Any], services: Services, answers: Counter[int]
) -> None:
    services.ask(case, answers)


def test_what_one_operation_creates_the_others_find(services: Services) -> None:
    found: Counter[int] = Counter()

    class Workflow(SAMPLED.as_state_machine()):  # type: ignore[misc] # a class made of the document
        def get_call_kwargs(self, case: Case[Any]) -> dict[str, Any]:
            return services.asked_as(case)

        def validate_response(self, response: Response, case: Case[Any], **_: object) -> None:
            services.judge(case, response)

        def after_call(self, response: Response, case: Case[Any]) -> None:
            if case.operation.label == "GET /api/documents/{id}":
                found[response.status_code] += 1

    Workflow.run(settings=settings(max_examples=10, stateful_step_count=6, deadline=None, derandomize=True))
    assert found[200], found
