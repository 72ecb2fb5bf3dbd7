import pytest
from httpx2 import AsyncClient

from tests.service.conftest import OPERATOR, Start
from tests.service.test_rollouts_api import QUICK, operate

ANN = {**OPERATOR, "X-Operator": "ann"}


async def switch(client: AsyncClient, *, on: bool) -> None:
    wish = {"on": on, "reason": f"turn it {on}"}
    assert (await client.put("/api/ops/brownout", json=wish, headers=ANN)).status_code == 200


async def test_every_change_is_told_with_who_when_and_why(start: Start) -> None:
    async with start(**QUICK) as client:
        await switch(client, on=True)
        await operate(client, "start")
        await client.post("/api/ops/rollouts/embeddings/pause", json={"reason": "wait"}, headers=ANN)
        audit = (await client.get("/api/ops/audit", headers=OPERATOR)).json()
    told = [(line["by"], line["action"], line["subject"], line["reason"], line["version"]) for line in audit["lines"]]
    assert told == [
        ("ann", "pause", "rollout/embeddings", "wait", 2),
        ("operator", "start", "rollout/embeddings", "because", 1),
        ("ann", "brownout on", "mode/brownout", "turn it True", 1),
    ]
    assert [line["document"] for line in audit["lines"]] == ["rollout:embeddings"] * 2 + ["operations"]
    assert audit["lines"][0]["at"] >= audit["lines"][2]["at"] > 1e9
    assert audit["next"] is None


async def test_the_audit_is_read_page_by_page_while_changes_are_made(client: AsyncClient) -> None:
    for on in (True, False, True):
        await switch(client, on=on)
    first = (await client.get("/api/ops/audit", params={"limit": 2}, headers=OPERATOR)).json()
    await switch(client, on=False)
    second = (await client.get("/api/ops/audit", params={"before": first["next"]}, headers=OPERATOR)).json()
    assert [line["version"] for line in first["lines"] + second["lines"]] == [3, 2, 1]
    assert second["next"] is None


async def test_the_audit_is_asked_for_one_subject(start: Start) -> None:
    async with start(**QUICK) as client:
        await switch(client, on=True)
        await operate(client, "start")
        for subject in ("mode/brownout", "rollout/embeddings", "flag/nothing"):
            audit = (await client.get("/api/ops/audit", params={"subject": subject}, headers=OPERATOR)).json()
            assert [line["subject"] for line in audit["lines"]] == [subject] * (subject != "flag/nothing")


@pytest.mark.parametrize("cursor", ["nonsense", ""])
async def test_what_is_no_cursor_is_named(client: AsyncClient, cursor: str) -> None:
    refused = await client.get("/api/ops/audit", params={"before": cursor}, headers=OPERATOR)
    assert (refused.status_code, refused.json()["type"]) == (422, "unknown_cursor")
    assert refused.json()["detail"].startswith(f"before is {cursor!r}: it is not in the form of a cursor; expected the")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"subject": "nothing"}, "subject"),
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"limit": "many"}, "limit"),
    ],
)
async def test_what_cannot_be_asked_of_the_audit_is_named(
    client: AsyncClient, query: dict[str, str], said: str
) -> None:
    refused = await client.get("/api/ops/audit", params=query, headers=OPERATOR)
    kind = "unknown_cursor" if "before" in query else "invalid_request"
    assert (refused.status_code, refused.json()["type"]) == (422, kind)
    assert said in refused.json()["detail"]


async def test_a_viewer_reads_the_audit_and_nobody_else(start: Start) -> None:
    async with start(VIEWER_TOKEN="viewer-token") as client:
        viewed = await client.get("/api/ops/audit", headers={"Authorization": "Bearer viewer-token"})
        assert viewed.status_code == 200
        assert (await client.get("/api/ops/audit")).status_code == 401


@pytest.mark.parametrize("name", [b"", b" ", b"x" * 65, b"ann\xe9", b"a\tb"])
async def test_an_operator_s_name_that_cannot_be_is_named(start: Start, name: bytes) -> None:
    headers = [(header.encode(), value.encode()) for header, value in OPERATOR.items()]
    async with start(**QUICK) as client:
        refused = await client.post(
            "/api/ops/rollouts/embeddings/start", json={"reason": "r"}, headers=[*headers, (b"X-Operator", name)]
        )
        assert (await client.get("/api/ops/audit", headers=OPERATOR)).json()["lines"] == []
    assert refused.status_code == 422
    assert "X-Operator" in refused.json()["detail"]
