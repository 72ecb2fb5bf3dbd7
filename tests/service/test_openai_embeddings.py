import asyncio

import pytest

from service.dependencies.attempt import Attempt
from service.dependencies.errors import AttemptError
from service.dependencies.openai_embeddings import OpenAIEmbeddings
from service.dependencies.provider_config import ProviderConfig


class Listener:
    """Hangs up on everyone, and keeps who it was that called."""

    def __init__(self) -> None:
        self.calls = 0

    async def hang_up(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.calls += 1
        writer.close()


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
async def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    provider, proxy = Listener(), Listener()
    async with (
        await asyncio.start_server(provider.hang_up, "127.0.0.1", 0) as at_provider,
        await asyncio.start_server(proxy.hang_up, "127.0.0.1", 0) as at_proxy,
    ):
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.setenv(variable, f"http://127.0.0.1:{at_proxy.sockets[0].getsockname()[1]}")
        embeddings = OpenAIEmbeddings(
            ProviderConfig(
                base_url=f"http://127.0.0.1:{at_provider.sockets[0].getsockname()[1]}/v1",
                api_key="provider-key",
                dimensions=8,
            ),
            instance="i",
        )
        with pytest.raises(AttemptError, match="could not be reached"):
            await embeddings.embed("a", "any", Attempt("r", 1, ""))
        await embeddings.close()
    assert (provider.calls, proxy.calls) == (1, 0)
