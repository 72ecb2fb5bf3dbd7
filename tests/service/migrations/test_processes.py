"""Migrations among processes: killed, started at once, and beside the version before."""

import json
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.service.migrations.files import file_from_before, models
from tests.service.migrations.load import Load
from tests.service.process import PATIENCE, ROOT, Service, running, service

MODEL = "text-embedding-3-small"
"""One that the simulated provider knows."""

FIRST = "service/migrations/migration.py"
"""The commit that added this file is the first with migrations."""


def variables(path: Path, provider: str = "http://127.0.0.1:9/v1") -> dict[str, str]:
    return {
        "PORT": "0",
        "USE_RELIABILITY_SYSTEM": "true",
        "OPENAI_API_KEY": "simulated",
        "OPENAI_BASE_URL": provider,
        "OPERATOR_TOKEN": "operator-token",
        "EMBEDDING_MODEL": MODEL,
        "EMBEDDING_DIMENSIONS": "8",
        "DATABASE_PATH": str(path),
        "DATABASE_ATTEMPT_TIMEOUT_SECONDS": "5",
        "DATABASE_DEADLINE_SECONDS": "10",
        "QUEUE_ATTEMPT_TIMEOUT_SECONDS": "5",
        "QUEUE_DEADLINE_SECONDS": "10",
    }


def migrate(path: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and standard error of the command."""
    with running("service", "migrate", *arguments, variables=variables(path)) as process:
        _, err = process.communicate(timeout=PATIENCE)
    return process.returncode, err.decode()


def progress(path: Path) -> tuple[int, int, int]:
    """What is remembered of the back-fill: whether it is complete, seen and changed."""
    with closing(sqlite3.connect(path, timeout=PATIENCE)) as connection:
        found = connection.execute("SELECT complete, seen, changed FROM migrations WHERE number = 3").fetchone()
    return found or (0, 0, 0)


def begun(path: Path) -> bool:
    try:
        return progress(path)[1] > 0
    except sqlite3.OperationalError:  # nothing is remembered yet
        return False


def test_killed_in_the_middle_of_a_back_fill_it_is_where_it_was_told_to_be_and_goes_on(path: Path) -> None:
    file_from_before(path, documents=3000, embedded=3000)
    assert migrate(path, "up", "--to", "2") == (0, "")
    reached = 0
    for goal in (200, 1200):
        with running("service", "migrate", "up", "--batch", "2", variables=variables(path)) as process:
            give_up_at = time.monotonic() + PATIENCE
            while progress(path)[1] < goal and process.poll() is None and time.monotonic() < give_up_at:
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)
            assert process.wait(PATIENCE) == -signal.SIGKILL
        complete, seen, changed = progress(path)
        assert not complete
        assert max(goal, reached) <= seen < 3000
        assert models(path) == [MODEL] * changed + [None] * (3000 - changed)
        reached = seen
    assert migrate(path, "up") == (0, "")
    assert progress(path) == (1, 3000, 3000)
    assert models(path) == [MODEL] * 3000


def test_asked_to_stop_it_ends_with_its_batch_and_says_how_to_go_on(path: Path) -> None:
    file_from_before(path, documents=5000, embedded=5000)
    with running("service", "migrate", "up", "--batch", "2", variables=variables(path)) as process:
        give_up_at = time.monotonic() + PATIENCE
        while not path.exists() or not begun(path):
            assert time.monotonic() < give_up_at
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (7, b"")
    assert out.endswith(b"It is not complete; the same command goes on from here.\n")
    assert 0 < progress(path)[1] < 5000


def test_instances_that_start_at_once_migrate_once_and_all_serve(path: Path) -> None:
    file_from_before(path)
    with ExitStack() as stack:
        instances = [stack.enter_context(service(**variables(path))) for _ in range(2)]
        for instance in instances:
            instance.wait_for("listening")
        told = [line["number"] for instance in instances for line in instance.log if line["event"] == "migrated"]
        waiting = [
            line["reason"] for instance in instances for line in instance.log if line["event"] == "migrations_differ"
        ]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT number, complete FROM migrations").fetchall() == [(1, 1), (2, 1)]
    assert sorted(set(told)) == [1, 2]
    assert len(waiting) == 2


def test_a_start_with_a_database_of_a_later_version_says_what_to_do(path: Path) -> None:
    file_from_before(path)
    assert migrate(path, "up") == (0, "")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO migrations SELECT 5, 'later', 'contract', '', 1, NULL, 0, 0, 0.0, 0.0")
    with service(**variables(path)) as refused:
        code, _, err = refused.ended()
    assert code == 3
    assert err == (
        "cannot start migrations: 0005 later (contract) was applied by a later version, and this one, which knows 4, "
        "would store what that one refuses; start that version, or undo it there: "
        "python -m service migrate down --to 4\n"
    )


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """The last version without migrations, as it was committed."""
    folder = tmp_path / "before"
    folder.mkdir()
    git = shutil.which("git")
    if git is None:
        pytest.skip("there is no git here")
    log = [git, "log", "--diff-filter=A", "--format=%H", "--", FIRST]
    added = subprocess.run(log, cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not added:
        pytest.skip("the history of the project is not here")
    archive = [git, "archive", f"{added[-1]}^", "service"]
    made = subprocess.run(archive, cwd=ROOT, capture_output=True, check=False)
    if made.returncode:
        pytest.skip("the history of the project does not go back to before migrations")
    subprocess.run(["tar", "-x"], cwd=folder, input=made.stdout, check=True)  # noqa: S607 - the system's
    assert not (folder / "service" / "migrations").exists()
    return folder


@pytest.fixture
def provider() -> Iterator[str]:
    """The simulated provider; its address."""
    with running("harness.simulator", variables={}) as simulator:
        assert simulator.stdout is not None
        yield str(json.loads(simulator.stdout.readline())["address"])


def wait_for_an_embedding(path: Path) -> None:
    give_up_at = time.monotonic() + PATIENCE
    with closing(sqlite3.connect(path, timeout=PATIENCE)) as connection:
        while not connection.execute("SELECT count(provider) FROM document_embeddings").fetchone()[0]:
            assert time.monotonic() < give_up_at
            time.sleep(0.01)


def embeddings(path: Path) -> tuple[int, int]:
    """How many embeddings of the provider there are, and how many of them say their model."""
    named = models(path)
    return len(named), len(named) - named.count(None)


def test_the_version_before_and_this_one_serve_from_one_file_through_every_step(
    path: Path, before: Path, provider: str
) -> None:
    environment = variables(path, provider)
    with running("service", variables=environment, folder=before) as process:
        old = Service(process)
        address_of_old = str(old.wait_for("listening")["address"])
        with Load(address_of_old) as alone:
            alone.wait_for(20)
            wait_for_an_embedding(path)
        with service(**environment) as new:
            address_of_new = str(new.wait_for("listening")["address"])
            with Load(address_of_old, address_of_new) as both:
                both.wait_for(20)
                assert migrate(path, "up", "--to", "3", "--batch", "5") == (0, "")
                both.wait_for(both.stored + 20)
            old.terminate()
            assert old.ended()[0] == 0
            code, err = migrate(path, "up")  # what the old one stored since is found, and filled by running it again
            assert code in {0, 5}, err
            assert migrate(path, "up") == (0, "")
            with Load(address_of_new) as after:
                after.wait_for(20)
    assert alone.failures == both.failures == after.failures == []
    assert progress(path)[2] > 0  # of the old one's
    every, named = embeddings(path)
    assert every == named
