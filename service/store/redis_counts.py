"""The count board in Redis, shared by instances on several machines."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from service.store.counts import KEPT, CountRow
from service.store.errors import StoreError

ANSWERS_WITHIN = 0.5  # seconds


class _Value(msgspec.Struct, frozen=True, array_like=True):
    published_at: float
    body: bytes


class RedisCountBoard:
    """As `CountBoard`: a hash for each subject, with a field for each row, that expires when nobody writes to it."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url,
            socket_timeout=ANSWERS_WITHIN,
            socket_connect_timeout=ANSWERS_WITHIN,
            retry=Retry(NoBackoff(), 0),  # what fails is due again in a second
        )
        self._decoder = msgspec.msgpack.Decoder(_Value)

    async def publish(self, row: CountRow) -> None:
        """As `CountBoard`."""
        with _told():
            async with self._redis.pipeline(transaction=True) as pipeline:
                value = msgspec.msgpack.encode(_Value(row.published_at, row.body))
                pipeline.hset(_key(row.subject), row.key, value)
                pipeline.expire(_key(row.subject), int(KEPT))
                await pipeline.execute()

    async def read(self, subject: str, *, since: float = 0.0) -> list[CountRow]:
        """As `CountBoard`."""
        with _told():
            found = await self._redis.hgetall(_key(subject))
        rows = (self._row(subject, field, value) for field, value in found.items())
        return [row for row in rows if row.published_at >= since]

    async def close(self) -> None:
        """As `CountBoard`."""
        await self._redis.aclose()

    def _row(self, subject: str, field: bytes | str, value: bytes | str) -> CountRow:
        assert isinstance(field, bytes)  # noqa: S101 - the client was not told to decode; its types allow for both
        assert isinstance(value, bytes)  # noqa: S101
        content = self._decoder.decode(value)
        return CountRow.of_key(subject, field.decode(), published_at=content.published_at, body=content.body)


def _key(subject: str) -> str:
    return f"ballast:counts:{subject}"


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise StoreError(f"the count board failed: {type(error).__name__}") from None  # its text may name the address
