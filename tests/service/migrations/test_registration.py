from pathlib import Path

import pytest

from service.migrations.errors import RegistrationError
from service.migrations.migration import Migration, Phase, register_migration
from service.migrations.migrations import in_order, migrations
from tests.service.migrations.files import module

HARMLESS = """
    from service.migrations.migration import Phase

    PHASE = Phase.EXPAND

    def up(on):
        on.execute("CREATE TABLE notes (text TEXT)")

    def down(on):
        on.execute("DROP TABLE notes")
"""


def registered(folder: Path, name: str, text: str = HARMLESS) -> Migration:
    return register_migration(module(folder, name, text))


def test_the_migrations_of_the_service_fit_together() -> None:
    assert [(migration.number, migration.phase) for migration in migrations()] == [
        (1, Phase.BASELINE), (2, Phase.EXPAND), (3, Phase.MIGRATE), (4, Phase.CONTRACT),
    ]  # fmt: skip


def test_a_migration_is_known_by_its_file(tmp_path: Path) -> None:
    migration = registered(tmp_path, "m0007_notes")
    assert (migration.number, migration.name, migration.title) == (7, "notes", "0007 notes")


def test_another_end_of_line_is_the_same_migration_and_another_statement_is_not(tmp_path: Path) -> None:
    made = module(tmp_path, "m0001_notes", HARMLESS)
    first = register_migration(made)
    file = tmp_path / "m0001_notes.py"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert register_migration(made).checksum == first.checksum
    assert registered(tmp_path, "m0001_notes", HARMLESS.replace("text TEXT", "text BLOB")).checksum != first.checksum


def test_all_that_is_wrong_with_a_migration_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(RegistrationError) as refused:
        registered(tmp_path, "notes", "PHASE = 'expand'\n")
    file = tmp_path / "notes.py"
    assert str(refused.value).splitlines() == [
        f"{file} is no name of a migration; expected m0001_name.py, of a-z, 0-9 and _",
        f"{file}: PHASE is 'expand'; expected a Phase",
        f"{file} has no up(); expected a function that applies it",
        f"{file} has no down(); expected a function that undoes it",
    ]


def test_a_baseline_has_nothing_that_undoes_it(tmp_path: Path) -> None:
    with pytest.raises(RegistrationError, match=r"m0001_a\.py has a down\(\); expected none"):
        registered(tmp_path, "m0001_a", HARMLESS.replace("EXPAND", "BASELINE"))


def test_a_number_used_twice_one_that_is_missing_and_a_file_that_is_not_registered_are_named(tmp_path: Path) -> None:
    files = [registered(tmp_path, name) for name in ("m0001_a", "m0003_c", "m0003_d")]
    (tmp_path / "m0004_e.py").write_text("")
    with pytest.raises(RegistrationError) as refused:
        in_order(files, folder=tmp_path)
    assert str(refused.value).splitlines() == [
        f"0003 is the number of {tmp_path}/m0003_c.py and of {tmp_path}/m0003_d.py",
        "0002 is missing: no file m0002_….py is registered",
        f"{tmp_path}/m0004_e.py is not registered in service/migrations/migrations.py",
    ]


def test_the_order_is_that_of_the_numbers(tmp_path: Path) -> None:
    files = [registered(tmp_path, name) for name in ("m0002_b", "m0001_a")]
    assert [migration.name for migration in in_order(files, folder=tmp_path)] == ["a", "b"]
