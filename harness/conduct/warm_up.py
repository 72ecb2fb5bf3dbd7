"""What happens before a part is measured: documents are created where one is needed, and every path is walked."""

import random
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import msgspec

from harness.plan.arrivals import WARM_UP
from harness.plan.requests import RequestKind, TargetState, create_document
from harness.plan.scenario import Phase, Scenario
from harness.targets.control import ControlError, exchange
from harness.targets.system import System

DOCUMENTS = 50

ROUNDS = 5
"""Times that each instance sees each kind of request."""

AT_ONCE = 8


def warm_up(system: System, scenario: Scenario, phases: Sequence[Phase]) -> list[str]:
    """Create the documents that are needed and send every kind of request to every instance; the documents' ids.

    ControlError when the target cannot serve what it must.
    """
    rng = random.Random(f"{scenario.seed}/warm-up")
    kinds = _kinds(scenario, phases)
    needed = DOCUMENTS if any(kind.needs_documents for kind in kinds) else 0
    created = _send_all(system, [create_document] * needed, rng, TargetState(), first=0)
    state = TargetState(document_ids=[str(msgspec.json.decode(body)["id"]) for body in created])
    walked = [kind for kind in kinds for _ in range(ROUNDS * len(system.addresses))]
    _send_all(system, walked, rng, state, first=needed)
    return list(state.document_ids)


def _kinds(scenario: Scenario, phases: Sequence[Phase]) -> Collection[RequestKind]:
    sent = (scenario.requests if phase.requests is None else phase.requests for phase in phases)
    return {kind.name: kind for kinds in sent for kind in kinds}.values()


def _send_all(
    system: System, kinds: Sequence[RequestKind], rng: random.Random, state: TargetState, *, first: int
) -> list[bytes]:
    """Send one request of each of the kinds, a few at once, to the instances in turn; the answers in that order."""
    prepared = [kind.build(rng, state) for kind in kinds]

    def send(number: int) -> bytes:
        address, request = system.addresses[number % len(system.addresses)], prepared[number]
        ours = {"X-Request-Id": f"{WARM_UP}{first + number}", "X-Caller-Id": "warm-up"}
        headers = {**request.headers, **system.headers, **ours}
        status, body = exchange(request.method, f"{address}{request.path}", body=request.body, headers=headers)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:  # a caller's mistake may be just what the kind is for
            told = body[:300].decode(errors="replace")
            raise ControlError(f"{address} answered {kinds[number].name} with {status} before any fault: {told}")
        return body

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(send, range(len(kinds))))
