"""`python -m service migrate`."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

import pytest

from service.commands.migrate import main
from tests.service.migrations.files import content, file_from_before, migrate, models
from tests.service.store.aws import ENVIRONMENT

Ran: TypeAlias = tuple[int, str, str]
Run: TypeAlias = Callable[..., Ran]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ballast.sqlite3"


@pytest.fixture
def run(path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Exit code, standard output and standard error of the command."""

    def ran(*arguments: str, **variables: str) -> Ran:
        try:
            code = main(arguments, {"DATABASE_PATH": str(path), "EMBEDDING_MODEL": "model-1", **variables})
        except SystemExit as ended:  # how argparse ends
            code = int(ended.code or 0)
        return (code, *capsys.readouterr())

    return ran


def states(run: Run, **variables: str) -> list[str]:
    code, out, err = run("status", "--output", "json", **variables)
    assert (code, err) == (0, "")
    return [migration["state"] for migration in json.loads(out)["migrations"]]


def test_up_applies_what_waits_and_status_shows_it(path: Path, run: Run) -> None:
    file_from_before(path)
    assert states(run) == ["pending"] * 4
    assert run("up", "--to", "3")[0] == 0
    assert states(run) == ["applied"] * 3 + ["pending"]
    code, out, _ = run("up")
    assert (code, out.partition(":")[0]) == (0, "0004 embedding_model_required")
    assert run("up") == (0, f"Nothing to do in {path}.\n", "")
    lines = run("status")[1].splitlines()
    assert (lines[0], len(lines)) == (str(path), 5)
    assert lines[3].startswith("0003  embedding_model_filled    migrate   applied 20")
    assert lines[3].endswith(" UTC, 3 looked at, 2 changed")


def test_a_file_that_is_missing_is_not_made(path: Path, run: Run) -> None:
    for arguments in (("status",), ("down", "--to", "1"), ("up",)):
        code, out, err = run(*arguments)
        assert (code, out) == (3, "")
        assert err == f"there is no file {path}; expected DATABASE_PATH or DOCUMENTS_TABLE to name one\n"
    assert not path.exists()


def test_a_misspelt_variable_is_named_beside_the_file_that_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["up"], {"DATABASE_PAHT": "elsewhere"}) == 3
    assert capsys.readouterr().err.splitlines() == [
        "DATABASE_PAHT is not a variable of this service; did you mean DATABASE_PATH?",
        "there is no file ballast.sqlite3; expected DATABASE_PATH or DOCUMENTS_TABLE to name one",
    ]


def test_down_undoes_what_comes_after_a_number(path: Path, run: Run) -> None:
    migrate(path)
    assert run("down", "--to", "2") == (
        0, "0004 embedding_model_required: undone\n0003 embedding_model_filled: undone\n", "",
    )  # fmt: skip
    assert states(run) == ["applied", "applied", "pending", "pending"]


def test_a_dry_run_tells_what_would_be_done_and_changes_nothing(path: Path, run: Run) -> None:
    file_from_before(path)
    before = content(path)
    told = run("up", "--dry-run", "--to", "2")
    assert told == (0, "would apply 0001 baseline (baseline)\nwould apply 0002 embedding_model (expand)\n", "")
    assert run("up", "--dry-run", "--output", "json")[0] == 0
    assert content(path) == before
    migrate(path)
    before = content(path)
    code, out, _ = run("down", "--to", "3", "--dry-run", "--output", "json")
    assert (code, json.loads(out)) == (
        0,
        {
            "database": str(path),
            "dry_run": True,
            "verb": "undo",
            "migrations": [{"number": 4, "name": "embedding_model_required", "phase": "contract"}],
        },
    )
    assert content(path) == before


def test_for_programs_it_tells_what_was_done(path: Path, run: Run) -> None:
    file_from_before(path)
    code, out, _ = run("up", "--to", "3", "--output", "json")
    told = json.loads(out)
    assert (code, told["complete"], told["database"]) == (0, True, str(path))
    assert {key: told["migrations"][2][key] for key in ("number", "state", "seen", "changed")} == {
        "number": 3, "state": "applied", "seen": 3, "changed": 2,
    }  # fmt: skip


def test_the_baseline_is_not_undone(path: Path, run: Run) -> None:
    migrate(path)
    code, out, err = run("down", "--to", "0")
    assert (code, out) == (5, "")
    assert err.startswith("0001 baseline is not undone: all that is stored would go with it; expected --to 1 or more")
    assert states(run) == ["applied"] * 4


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((), "the following arguments are required: COMMAND"),
        (("upp",), "invalid choice: 'upp'"),
        (("down",), "the following arguments are required: --to"),
        (("up", "--to", "two"), "argument --to: 'two' is no number of a migration; expected 1, 2, …"),
        (("up", "--batch", "0"), "argument --batch: '0' is no size of a batch; expected 1 to 10000"),
        (
            ("status", "--wait", "-1"),
            "argument --wait: '-1' is no time to wait; expected seconds above 0 and up to",
        ),
        (("status", "--output", "xml"), "argument --output: invalid choice: 'xml'"),
    ],
)
def test_wrong_arguments_are_told(run: Run, arguments: tuple[str, ...], why: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert why in err


def test_wrong_settings_are_told_all_at_once(run: Run) -> None:
    code, out, err = run("status", DATABASE_PATH="", EMBEDDING_MODEL="")
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "EMBEDDING_MODEL is empty; expected a text",
        "DATABASE_PATH is empty; expected the path of a file",
    ]


@pytest.mark.parametrize("command", ["up", "down"])
def test_a_number_that_does_not_exist_is_not_found(path: Path, run: Run, command: str) -> None:
    migrate(path)
    assert run(command, "--to", "9") == (3, "", "there is no migration 9; this version knows 1 to 4\n")


def test_a_file_that_is_no_database_is_refused(path: Path, run: Run) -> None:
    path.write_text("not a database\n" * 100, encoding="utf-8")
    assert run("status") == (5, "", f"{path} is not usable as database: file is not a database\n")


def test_one_that_waits_too_long_for_the_lock_says_so(path: Path, run: Run) -> None:
    migrate(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        code, _, err = run("down", "--to", "3", "--wait", "0.01")
    assert (code, states(run)) == (6, ["applied"] * 4)
    assert "locked" in err


def test_what_an_older_version_still_stores_is_refused_and_filled_by_the_next_run(path: Path, run: Run) -> None:
    file_from_before(path, documents=3, embedded=3)
    migrate(path)
    run("down", "--to", "3")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE document_embeddings SET model = NULL WHERE sequence = 2")
    code, out, err = run("up")
    assert (code, out) == (5, "")
    assert err.startswith("1 embeddings do not say their model")
    assert states(run) == ["applied", "applied", "begun", "pending"]
    assert run("up")[0] == 0
    assert models(path) == ["model-1"] * 3


def test_status_shows_what_is_wrong_beside_what_there_is(path: Path, run: Run) -> None:
    migrate(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE migrations SET checksum = 'other' WHERE number = 2")
        connection.execute("INSERT INTO migrations SELECT 5, 'later', 'expand', '', 1, NULL, 0, 0, 0.0, 0.0")
    code, out, err = run("status")
    assert code == 5
    assert out.splitlines()[-1].startswith("0005  later                     expand    of a later version")
    assert err.startswith("service/migrations/m0002_embedding_model.py was changed after it was applied: its check")


@pytest.mark.usefixtures("aws")
def test_it_migrates_the_table_of_documents_where_there_is_one(run: Run) -> None:
    assert run("up", DOCUMENTS_TABLE="documents", **ENVIRONMENT)[0] == 0
    assert states(run, DOCUMENTS_TABLE="documents") == ["applied"] * 4
    code, _, err = run("status", DOCUMENTS_TABLE="nowhere")
    assert (code, err) == (5, "GetItem failed: ResourceNotFoundException\n")
