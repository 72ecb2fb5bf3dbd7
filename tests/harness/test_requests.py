import random
from collections.abc import Mapping

import msgspec
import pytest

from harness.plan import requests
from harness.plan.corpus import docstrings
from harness.plan.requests import NoDocumentsError, PreparedRequest, RequestKind, TargetState
from harness.record import Outcome

SERVICE_LIMIT = 64 * 1024
PROVIDER_LIMIT = 32_768
STATE = TargetState(document_ids=("d1", "d2", "d3"))
KINDS = (
    requests.embed,
    requests.embed_oversized,
    requests.create_document,
    requests.read_document,
    requests.search_documents,
    requests.publish_event,
)
GOOD = {
    "embed": b'{"model":"m","source":"provider","reason":null,"attempts":1,"dimensions":2,"embedding":[0.6,0.8]}',
    "embed_oversized": b'{"source":"provider","reason":null,"attempts":1,"embedding":[1.0]}',
    "create_document": b'{"id":"d9"}',
    "read_document": b'{"id":"d1","title":"t","text":"x"}',
    "search_documents": b'{"source":"provider","reason":null,"attempts":1,"documents":[]}',
    "publish_event": b'{"id":"e1"}',
}
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def seeded(seed: int) -> random.Random:
    return random.Random(seed)


@each_kind
def test_a_seed_builds_the_same_requests_again(kind: RequestKind) -> None:
    def series(seed: int) -> list[PreparedRequest]:
        rng = seeded(seed)
        return [kind.build(rng, STATE) for _ in range(5)]

    assert series(5) == series(5)
    assert series(5) != series(6)


@each_kind
def test_a_request_goes_to_the_route_of_its_kind(kind: RequestKind) -> None:
    built = kind.build(seeded(1), STATE)
    assert built.method == kind.method
    assert built.path.startswith(kind.path.partition("{")[0])
    assert bool(built.body) == (built.headers.get("Content-Type") == "application/json") == (kind.method == "POST")


@each_kind
def test_every_body_is_json_that_the_service_takes(kind: RequestKind) -> None:
    rng = seeded(2)
    for body in (kind.build(rng, STATE).body for _ in range(200)):
        assert len(body) <= SERVICE_LIMIT
        assert not body or isinstance(msgspec.json.decode(body), dict)


def test_an_oversized_text_is_refused_by_the_provider_and_not_by_the_service() -> None:
    rng = seeded(3)
    for _ in range(50):
        body = requests.embed_oversized.build(rng, STATE).body
        assert len(body) <= SERVICE_LIMIT
        assert len(msgspec.json.decode(body)["text"]) > PROVIDER_LIMIT


def test_other_texts_are_docstrings_of_the_standard_library() -> None:
    known = set(docstrings())
    created = msgspec.json.decode(requests.create_document.build(seeded(4), STATE).body)
    assert msgspec.json.decode(requests.embed.build(seeded(4), STATE).body)["text"] in known
    assert created["text"] in known
    assert created["text"].startswith(created["title"])


@pytest.mark.parametrize("kind", [requests.read_document, requests.publish_event], ids=lambda kind: kind.name)
def test_documents_are_those_that_the_warm_up_created(kind: RequestKind) -> None:
    rng = seeded(5)
    built = [kind.build(rng, STATE) for _ in range(50)]
    assert all(any(identifier in one.path + one.body.decode() for one in built) for identifier in STATE.document_ids)
    with pytest.raises(NoDocumentsError, match="no documents yet"):
        kind.build(rng, TargetState())


def test_weighting_leaves_the_original_alone() -> None:
    heavy = requests.embed.weighted(8)
    assert (heavy.weight, requests.embed.weight) == (8, 1.0)
    assert heavy.name == "embed"


@each_kind
def test_a_good_answer_is_served(kind: RequestKind) -> None:
    assert kind.outcome(200, {}, GOOD[kind.name]).outcome is Outcome.SERVED


@each_kind
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"<html>", b'{"id":""}', b"\xff", b'{"embedding":[]}'])
def test_a_success_that_leaves_the_caller_with_nothing_is_a_failure(kind: RequestKind, body: bytes) -> None:
    assert kind.outcome(200, {}, body) == (Outcome.FAILED, "unreadable_answer", None)


@pytest.mark.parametrize("kind", [requests.embed, requests.search_documents], ids=lambda kind: kind.name)
@pytest.mark.parametrize("hidden", ["source", "attempts"])
def test_an_answer_that_rests_on_an_embedding_must_say_whose_and_after_how_many_attempts(
    kind: RequestKind, hidden: str
) -> None:
    answer = msgspec.json.decode(GOOD[kind.name])
    del answer[hidden]
    assert kind.outcome(200, {}, msgspec.json.encode(answer)).reason == "unreadable_answer"


RETRY = {"Retry-After": "3"}


@pytest.mark.parametrize(
    ("status", "headers", "body", "expected"),
    [
        (200, {}, b'{"source":"provider","reason":null,"attempts":2,"embedding":[1]}', (Outcome.SERVED, "", 2)),
        (
            200,
            {},
            b'{"source":"fallback","reason":"circuit_open","attempts":0,"embedding":[1]}',
            (Outcome.FALLBACK, "circuit_open", 0),
        ),
        (200, {}, b'{"source":"thin air","embedding":[1]}', (Outcome.FAILED, "unreadable_answer", None)),
        (422, {}, b'{"type":"provider_refused","status":422}', (Outcome.REFUSED, "provider_refused", None)),
        (400, {}, b'{"type":"invalid_request"}', (Outcome.REFUSED, "invalid_request", None)),
        (404, {}, b"not json", (Outcome.REFUSED, "status_404", None)),
        (429, RETRY, b"", (Outcome.REFUSED, "status_429", None)),
        (503, RETRY, b'{"type":"circuit_open"}', (Outcome.SHED, "circuit_open", None)),
        (503, {"retry-after": "3"}, b'{"type":"shutting_down"}', (Outcome.SHED, "shutting_down", None)),
        (503, {}, b'{"type":"circuit_open"}', (Outcome.FAILED, "circuit_open", None)),
        (502, RETRY, b'{"type":"dependency_failed","attempts":3}', (Outcome.FAILED, "dependency_failed", 3)),
        (504, {}, b'{"type":"deadline_exceeded"}', (Outcome.FAILED, "deadline_exceeded", None)),
        (500, {}, b"Internal Server Error", (Outcome.FAILED, "status_500", None)),
        (500, {}, b"\xff\xfe", (Outcome.FAILED, "status_500", None)),
        (302, {}, b"", (Outcome.FAILED, "status_302", None)),
        (0, {}, b"", (Outcome.FAILED, "no_answer", None)),
    ],
)
def test_an_answer_counts_as_its_caller_sees_it(
    status: int, headers: Mapping[str, str], body: bytes, expected: tuple[Outcome, str, int | None]
) -> None:
    assert requests.embed.outcome(status, headers, body) == expected
