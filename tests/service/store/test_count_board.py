"""What every count board does, whatever it is made of."""

import pytest

from service.store.counts import KEPT, CountBoard, CountRow
from service.store.errors import StoreError
from service.store.redis_counts import RedisCountBoard
from service.store.sqlite_counts import SqliteCountBoard


def row(
    instance: str = "a", slot: int = 0, body: bytes = b"1", *, subject: str = "s", boot: str = "b", at: float = 1e9
) -> CountRow:
    return CountRow(subject=subject, instance=instance, boot_id=boot, slot=slot, published_at=at, body=body)


async def test_a_board_that_nobody_wrote_to_is_empty(board: CountBoard) -> None:
    assert await board.read("s") == []


async def test_the_rows_of_every_instance_boot_and_slot_stand_beside_each_other(board: CountBoard) -> None:
    rows = [row("a", 0), row("a", 1), row("b", 0), row("a", 0, boot="c")]
    for each in rows:
        await board.publish(each)
    assert sorted(await board.read("s"), key=repr) == sorted(rows, key=repr)


async def test_a_row_is_overwritten_whole_by_its_own_boot_and_counted_once(board: CountBoard) -> None:
    await board.publish(row(body=b"1"))
    await board.publish(row(body=b"\x00\xff2", at=1e9 + 1))
    assert await board.read("s") == [row(body=b"\x00\xff2", at=1e9 + 1)]


async def test_subjects_do_not_mix(board: CountBoard) -> None:
    await board.publish(row(subject="rollout:embeddings:1"))
    await board.publish(row(subject="rollout:embeddings:2", body=b"2"))
    assert [found.body for found in await board.read("rollout:embeddings:2")] == [b"2"]


async def test_the_silent_are_left_out_when_asked_for_recent_rows(board: CountBoard) -> None:
    await board.publish(row("old", at=1e9 - 100))
    await board.publish(row("new", at=1e9))
    assert [found.instance for found in await board.read("s", since=1e9)] == ["new"]


async def test_rows_are_forgotten_a_week_after_their_last_writing(
    board: CountBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    if isinstance(board, RedisCountBoard):
        monkeypatch.setattr("service.store.redis_counts.KEPT", 0)  # its server has a clock of its own
    await board.publish(row("old", at=0.0))
    if isinstance(board, SqliteCountBoard):
        await board.publish(row("new", subject="another", at=KEPT + 1))
    assert await board.read("s") == []


async def test_a_redis_that_is_away_is_an_error_that_does_not_name_its_address() -> None:
    board = RedisCountBoard("redis://:hunter2@127.0.0.1:1/0")
    with pytest.raises(StoreError) as caught:
        await board.read("s")
    await board.close()
    assert str(caught.value) == "the count board failed: ConnectionError"
