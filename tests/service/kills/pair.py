"""Two instances of the service on one SQLite file, of which one is killed and comes again."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from httpx2 import Client

from tests.service.kills.refusing_provider import DIMENSIONS
from tests.service.process import PATIENCE, ROOT

TOKEN = "operator-token"


class Instance:
    """One process; its log goes into a file, so that nobody has to read it meanwhile."""

    def __init__(self, name: str, folder: Path, provider: str) -> None:
        self._log = folder / f"{name}.log"
        system = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        self._environment = {
            **system,
            "PORT": "0",
            "INSTANCE_ID": name,
            "USE_RELIABILITY_SYSTEM": "true",
            "OPENAI_API_KEY": "provider-key",
            "OPENAI_BASE_URL": provider,
            "OPERATOR_TOKEN": TOKEN,
            "EMBEDDING_DIMENSIONS": str(DIMENSIONS),
            "DATABASE_PATH": str(folder / "ballast.sqlite3"),
            "QUEUE_VISIBILITY_SECONDS": "2",  # what the killed one had claimed comes again after it
            "QUEUE_MAX_RECEIVES": "50",
            # A busy machine is slow, and slowness is not what this is about.
            "DATABASE_ATTEMPT_TIMEOUT_SECONDS": "10", "DATABASE_DEADLINE_SECONDS": "10",
            "QUEUE_ATTEMPT_TIMEOUT_SECONDS": "10", "QUEUE_DEADLINE_SECONDS": "10",
            "EMBEDDINGS_ATTEMPT_TIMEOUT_SECONDS": "10", "EMBEDDINGS_DEADLINE_SECONDS": "10",
            "BREAKER_SLOW_CALL_RATE_THRESHOLD": "1",
            "EMBEDDINGS_SLOW_CALL_SECONDS": "10", "DATABASE_SLOW_CALL_SECONDS": "10", "QUEUE_SLOW_CALL_SECONDS": "10",
        }  # fmt: skip
        self.address = ""

    def start(self) -> None:
        """Returns once it listens."""
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "service"], cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )
        until(lambda: self._listens() or self._process.poll() is not None, "the instance listens")
        assert self._process.poll() is None, self._log.read_text(encoding="utf-8")

    def kill(self) -> None:
        """SIGKILL: it can do nothing about it."""
        self._process.kill()
        self._process.wait()

    def _listens(self) -> bool:
        for line in self._log.read_text(encoding="utf-8").splitlines():
            if '"listening"' in line and line.endswith("}"):
                self.address = json.loads(line)["address"]
                return True
        return False


class Pair:
    """Both instances, and what their file says."""

    def __init__(self, folder: Path, provider: str) -> None:
        self._file = folder / "ballast.sqlite3"
        self.client = Client(timeout=PATIENCE)  # one for all: to make one takes longer than to ask
        self.victim, self.survivor = Instance("victim", folder, provider), Instance("survivor", folder, provider)

    @property
    def addresses(self) -> tuple[str, str]:
        return self.victim.address, self.survivor.address

    def dead(self) -> int:
        return self._count("SELECT count(*) FROM dead_letters")

    def waiting(self) -> int:
        return self._count("SELECT count(*) FROM messages")

    def embedded(self, documents: Sequence[str]) -> set[str]:
        """Those of the documents that have the provider's embedding."""
        with closing(sqlite3.connect(self._file, timeout=PATIENCE)) as connection:
            rows = connection.execute(
                "SELECT id FROM documents JOIN document_embeddings USING (sequence) WHERE provider IS NOT NULL"
            )
            return {row[0] for row in rows} & set(documents)

    def _count(self, sql: str) -> int:
        with closing(sqlite3.connect(self._file, timeout=PATIENCE)) as connection:
            count: int = connection.execute(sql).fetchone()[0]
            return count


@contextmanager
def pair(folder: Path, provider: str) -> Iterator[Pair]:
    """Both started; killed when the block ends."""
    made = Pair(folder, provider)
    started = []
    try:
        for instance in (made.survivor, made.victim):
            instance.start()
            started.append(instance)
        yield made
    finally:
        made.client.close()
        for instance in started:
            instance.kill()


def until(holds: Callable[[], bool], what: str, *, every: float = 0.02) -> None:
    """Wait for something that a busy machine takes its time for."""
    give_up_at = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > give_up_at:
            raise AssertionError(f"not within {PATIENCE:g} s: {what}")
        time.sleep(every)
