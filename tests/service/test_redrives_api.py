"""Dead letters over the operator API: redriven a step at a time."""

from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient

from tests.service.buried import WHY, ask, audit, bury, figures, listed, waiting
from tests.service.conftest import Start


async def test_a_redrive_moves_step_by_step_until_nothing_is_left(client: AsyncClient, tmp_path: Path) -> None:
    bury(tmp_path, 5)
    begun = await ask(client, "redrive", limit=2, rate=1000)
    assert figures(begun) == (2, 2, 3, False)
    redrive = begun.json()["redrive"]
    assert figures(await ask(client, "redrive", limit=2, redrive=redrive)) == (2, 4, 1, False)
    assert figures(await ask(client, "redrive", limit=2, redrive=redrive)) == (1, 5, 0, True)
    assert waiting(tmp_path) == 5
    assert audit(tmp_path) == [
        ("ann", "redrive begun", WHY),
        ("ann", "redrive done", f"5 moved, 0 left; {WHY}"),
    ]


async def test_whoever_lost_the_last_answer_gets_it_again(client: AsyncClient, tmp_path: Path) -> None:
    bury(tmp_path, 5)
    done = await ask(client, "redrive", rate=1000, maximum=3)
    assert figures(done) == (3, 3, 2, True)
    assert figures(await ask(client, "redrive", redrive=done.json()["redrive"])) == (0, 3, 2, True)
    assert waiting(tmp_path) == 3


async def test_a_redrive_stops_at_its_maximum_and_at_its_rate(client: AsyncClient, tmp_path: Path) -> None:
    bury(tmp_path, 10)
    begun = await ask(client, "redrive", rate=0.001, maximum=3)
    assert figures(begun) == (1, 1, 9, False)
    slow = await ask(client, "redrive", redrive=begun.json()["redrive"], rate=10_000, maximum=1_000_000)
    assert figures(slow) == (0, 1, 9, False)  # on the terms of the first step
    assert slow.json()["allowed"] == 0
    await ask(client, "redrive", method="PUT", on=False)
    assert figures(await ask(client, "redrive", rate=1000, maximum=3)) == (3, 3, 6, True)
    assert waiting(tmp_path) == 4


async def test_only_the_chosen_ones_are_redriven(client: AsyncClient, tmp_path: Path) -> None:
    bury(tmp_path, 3)
    bury(tmp_path, 2, topic="document.deleted", first=10)
    assert figures(await ask(client, "redrive", topic="document.deleted", ids=["e0", "e10"])) == (1, 1, 0, True)
    assert figures(await ask(client, "redrive", topic="document.deleted")) == (1, 1, 0, True)
    assert [letter["id"] for letter in (await listed(client))["dead_letters"]] == ["e0", "e1", "e2"]


async def test_a_dry_run_tells_what_the_first_step_would_do_and_does_nothing(
    client: AsyncClient, tmp_path: Path
) -> None:
    bury(tmp_path, 5)
    tried = await ask(client, "redrive", dry_run=True, limit=3)
    assert (figures(tried), tried.json()["redrive"], tried.json()["allowed"]) == ((3, 3, 2, False), None, 3)
    assert (waiting(tmp_path), audit(tmp_path)) == (0, [])


async def test_whoever_comes_second_is_told_who_redrives(client: AsyncClient, tmp_path: Path) -> None:
    bury(tmp_path, 5)
    await ask(client, "redrive", limit=1)
    refused = await ask(client, "redrive", who="bob")
    assert refused.status_code == 409
    assert refused.json()["detail"] == f"ann is redriving the dead letters of indexer: {WHY}"
    assert refused.json()["current"]["by"] == "ann"
    assert waiting(tmp_path) == 1


async def test_anybody_stops_a_redrive_and_its_next_step_is_told_who_and_why(
    client: AsyncClient, tmp_path: Path
) -> None:
    bury(tmp_path, 5)
    begun = await ask(client, "redrive", limit=1)
    stopped = await ask(client, "redrive", who="bob", method="PUT", on=False, reason="it fails again")
    assert (stopped.status_code, stopped.json()["changed"], stopped.json()["after"]["by"]) == (200, True, "bob")
    refused = await ask(client, "redrive", redrive=begun.json()["redrive"])
    assert (refused.status_code, refused.json()["detail"]) == (409, "bob has stopped the redrive: it fails again")
    assert (await ask(client, "redrive", method="PUT", on=False)).json()["changed"] is False
    assert waiting(tmp_path) == 1
    assert figures(await ask(client, "redrive")) == (4, 4, 0, True)  # going on is beginning again


async def test_another_instance_takes_the_next_step_of_a_redrive(start: Start, tmp_path: Path) -> None:
    async with start() as one, start(INSTANCE_ID="instance-2") as other:
        bury(tmp_path, 3)
        begun = await ask(one, "redrive", limit=1, rate=1000)
        assert figures(await ask(other, "redrive", redrive=begun.json()["redrive"])) == (2, 3, 0, True)


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"reason": ""}, "$.reason"),
        ({"limit": 0}, "$.limit"),
        ({"rate": 0}, "$.rate"),
        ({"maximum": 0}, "$.maximum"),
        ({"ids": []}, "$.ids"),
        ({"ttl": 60}, "ttl"),
        ({"expected_revision": 1}, "expected_revision"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_a_wish_that_makes_no_sense_is_told_so(client: AsyncClient, wish: dict[str, Any], told: str) -> None:
    refused = await ask(client, "redrive", **wish)
    assert refused.status_code == 422
    assert told in refused.json()["detail"]


async def test_a_redrive_is_not_begun_by_the_way_that_ends_it(client: AsyncClient) -> None:
    refused = await ask(client, "redrive", method="PUT", on=True)
    assert refused.status_code == 422
    assert "a redrive begins with its first step" in refused.json()["detail"]


async def test_a_redrive_that_nobody_began_has_no_next_step(client: AsyncClient) -> None:
    refused = await ask(client, "redrive", redrive="0123456789abcdef")
    assert refused.status_code == 409
    assert refused.json()["detail"] == "0123456789abcdef is not the redrive of indexer; there is none"
