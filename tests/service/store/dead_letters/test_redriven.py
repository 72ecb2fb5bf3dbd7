"""How every event queue moves dead letters back, step by step."""

import pytest

from service.store.events import Choice
from tests.service.store.dead_letters.bench import ALL, Bench


async def test_a_redriven_message_waits_as_published_anew_and_is_counted_once(bench: Bench) -> None:
    await bench.dead("e1", "e2")
    step = await bench.store.redrive("a", ALL, redrive="x", limit=10, up_to=100, rate=1000)
    assert (step.moved, step.moved_in_all, step.left) == (2, 2, 0)
    depth = await bench.depth()
    assert (depth.waiting, depth.dead_letters, depth.published, depth.died) == (2, 0, 2, 2)
    assert await bench.listed() == []


async def test_a_step_moves_no_more_than_its_limit_and_says_what_is_left(bench: Bench) -> None:
    await bench.dead("e1", "e2", "e3")
    steps = [await bench.store.redrive("a", ALL, redrive="x", limit=2, up_to=100, rate=1000) for _ in range(2)]
    assert [(step.moved, step.moved_in_all, step.left) for step in steps] == [(2, 2, 1), (1, 3, 0)]


async def test_all_steps_of_a_redrive_together_move_no_more_than_they_may(bench: Bench) -> None:
    await bench.dead("e1", "e2", "e3", "e4")
    steps = [await bench.store.redrive("a", ALL, redrive="x", limit=2, up_to=3, rate=1000) for _ in range(3)]
    assert [(step.moved, step.moved_in_all) for step in steps] == [(2, 2), (1, 3), (0, 3)]
    another = await bench.store.redrive("a", ALL, redrive="y", limit=2, up_to=3, rate=1000)
    assert (another.moved, another.moved_in_all, another.left) == (1, 1, 0)


async def test_steps_move_no_more_at_once_than_a_second_allows(bench: Bench, now: list[float]) -> None:
    await bench.dead("e1", "e2", "e3", "e4", "e5")
    moved = []
    for seconds in (0, 0, 55, 0.5):
        now[0] += seconds
        moved.append((await bench.store.redrive("a", ALL, redrive="x", limit=10, up_to=100, rate=2)).moved)
    assert moved == [2, 0, 2, 1]


async def test_a_redrive_that_finds_less_than_it_may_move_may_move_the_rest_later(bench: Bench) -> None:
    await bench.dead("e1")
    assert (await bench.store.redrive("a", ALL, redrive="x", limit=10, up_to=2, rate=1000)).moved == 1
    step = await bench.store.redrive("a", ALL, redrive="x", limit=10, up_to=2, rate=1000)
    assert (step.allowed, step.moved, step.moved_in_all) == (1, 0, 1)


async def test_only_the_chosen_ones_are_redriven(bench: Bench) -> None:
    await bench.dead("e1", "e2", "e3")
    nothing = await bench.store.redrive("a", Choice(topic="other"), redrive="x", limit=10, up_to=100, rate=1000)
    assert (nothing.moved, nothing.left) == (0, 0)
    step = await bench.store.redrive(
        "a", Choice(topic="t", ids=("e2", "gone")), redrive="x", limit=10, up_to=100, rate=1000
    )
    assert (step.moved, step.left) == (1, 0)
    assert await bench.listed() == ["e1", "e3"]


@pytest.mark.parametrize("ids", [None, ("e1", "e2", "e3")])
async def test_what_died_since_is_neither_moved_nor_counted_nor_hidden(
    bench: Bench, now: list[float], ids: tuple[str, ...] | None
) -> None:
    await bench.dead("e1", "e2")
    now[0] += 1
    await bench.dead("e3")
    choice = Choice(ids=ids, died_by=1000)
    steps = [
        await bench.store.redrive("a", choice, redrive="x", limit=limit, up_to=100, rate=1000) for limit in (1, 5, 5)
    ]
    assert [step.moved for step in steps] == [1, 1, 0]
    assert steps[-1].left == 0
    assert await bench.listed() == ["e3"]


async def test_a_step_of_nothing_tells_how_many_there_are(bench: Bench) -> None:
    await bench.dead("e1", "e2")
    step = await bench.store.redrive("a", ALL, redrive="x", limit=0, up_to=0, rate=1000)
    assert (step.moved, step.moved_in_all, step.left) == (0, 0, 2)
