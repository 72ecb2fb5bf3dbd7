import pytest
from httpx2 import AsyncClient


async def test_a_well_formed_request_id_is_kept(client: AsyncClient) -> None:
    answered = await client.get("/health/live", headers={"X-Request-Id": "Caller.1_a-B"})
    assert answered.headers["x-request-id"] == "Caller.1_a-B"


@pytest.mark.parametrize("given", ["", "two words", "a" * 65, "a/b", "größe", 'a"b'])
async def test_another_request_id_is_replaced(client: AsyncClient, given: str) -> None:
    answered = await client.get("/health/live", headers={b"X-Request-Id": given.encode("latin-1")})
    assert answered.headers["x-request-id"] != given
    assert len(answered.headers["x-request-id"]) == 32


async def test_each_request_without_an_id_gets_its_own(client: AsyncClient) -> None:
    ids = {(await client.get("/health/live")).headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3


async def test_every_answer_names_its_instance(client: AsyncClient) -> None:
    for path in ("/health/live", "/nowhere"):
        assert (await client.get(path)).headers["x-instance-id"] == "instance-1"
