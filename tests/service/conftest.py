"""The service in this process, with a provider that does as it is told."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TypeAlias

import pytest
from httpx2 import ASGITransport, AsyncClient
from schemathesis.pytest.plugin import SchemathesisFunction

from service.app import create_app
from service.settings.settings import Settings
from tests.service.provider import DIMENSIONS, Provider
from tests.service.store.aws import ENVIRONMENT, played_aws

OPERATOR = {"Authorization": "Bearer operator-token"}

Start: TypeAlias = Callable[..., AbstractAsyncContextManager[AsyncClient]]


def environment(folder: Path, **variables: str) -> Mapping[str, str]:
    return {
        "USE_RELIABILITY_SYSTEM": "true",
        "OPENAI_API_KEY": "provider-key",
        "OPENAI_BASE_URL": "http://provider/v1",
        "EMBEDDING_DIMENSIONS": str(DIMENSIONS),
        "DATABASE_PATH": str(folder / "ballast.sqlite3"),
        "INSTANCE_ID": "instance-1",
        "OPERATOR_TOKEN": "operator-token",
        "INTERNAL_TOKEN": "internal-token",
        "FAULT_INJECTION": "true",
        "RETRY_BACKOFF_SECONDS": "0.001",
        **variables,
    }


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """AWS, played in process."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with played_aws():
        yield


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def start(tmp_path: Path, provider: Provider) -> Start:
    """Starts the service, with the given variables over the usual ones, and stops it when the block ends."""

    @asynccontextmanager
    async def started(**variables: str) -> AsyncIterator[AsyncClient]:
        settings = Settings.from_environment(environment(tmp_path, **variables))
        app = create_app(settings, provider_client=provider.client())
        transport = ASGITransport(app=app, raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            AsyncClient(transport=transport, base_url="http://service") as client,
        ):
            yield client

    return started


@pytest.fixture
async def client(start: Start) -> AsyncIterator[AsyncClient]:
    """A client of the guarded service."""
    async with start() as started:
        yield started


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each operation of the API's document is a test with an id of its own: of several with one id, xdist runs one."""
    for item in items:
        if isinstance(item, SchemathesisFunction) and item.parent is not None:
            own = item.parent.id.child(item.originalname).with_params(item.operation_label)
            item._id = own
