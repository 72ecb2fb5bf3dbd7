"""A client of one AWS service behind a bounded pool of threads; no call of it runs on the event loop."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from service.store.errors import StoreError
from service.store.thread_pool import ThreadPool

C = TypeVar("C")
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class AwsConfig:
    """How many calls may be under way, and how long one of them waits for an answer."""

    threads: int
    timeout: timedelta


class Aws(Generic[C]):
    """Runs work with a client, at most `threads` at once.

    Each call is made once: whoever calls has a retry of their own. Work whose caller goes away before it began is
    dropped; work that began ends by its timeout.
    """

    def __init__(self, make: Callable[[Session, Config], C], config: AwsConfig) -> None:
        self._make = make
        self._config = Config(
            connect_timeout=config.timeout.total_seconds(),
            read_timeout=config.timeout.total_seconds(),
            max_pool_connections=config.threads,
            retries={"total_max_attempts": 1, "mode": "standard"},
        )
        self.threads = ThreadPool(config.threads, name="aws")
        self._making = threading.Lock()
        self._client: C | None = None

    async def run(self, work: Callable[[C], T]) -> T:
        """The result of `work` with the client.

        Raises:
            StoreError: AWS could not do it. Its text has the error's code and no more: a message may name an account.
        """
        return await asyncio.wrap_future(self.threads.submit(lambda: self._run(work)))

    async def close(self) -> None:
        """Wait for what runs; drop the rest."""
        await asyncio.to_thread(self.threads.shutdown)

    def _run(self, work: Callable[[C], T]) -> T:
        try:
            return work(self._made())
        except ClientError as error:
            raise StoreError(f"{error.operation_name} failed: {code_of(error)}") from None
        except BotoCoreError as error:
            raise StoreError(f"AWS cannot be asked: {type(error).__name__}") from None

    def _made(self) -> C:
        """The client; made on first use, since finding the credentials may ask the network."""
        with self._making:
            if self._client is None:
                self._client = self._make(Session(), self._config)
            return self._client


def code_of(error: ClientError) -> str:
    """The code by which AWS names an error."""
    return str(error.response["Error"]["Code"])
