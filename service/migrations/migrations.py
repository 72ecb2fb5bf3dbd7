"""The migrations of this version, in order. A new one is a file here and a line below."""

from collections.abc import Sequence
from pathlib import Path

from service.migrations import (
    m0001_baseline,
    m0002_embedding_model,
    m0003_embedding_model_filled,
    m0004_embedding_model_required,
)
from service.migrations.errors import RegistrationError
from service.migrations.migration import Migration, register_migration, shown


def migrations() -> tuple[Migration, ...]:
    """Every migration that the service knows.

    Raises:
        RegistrationError: they do not fit together.
    """
    registered = (
        register_migration(m0001_baseline),
        register_migration(m0002_embedding_model),
        register_migration(m0003_embedding_model_filled),
        register_migration(m0004_embedding_model_required),
    )
    return in_order(registered, folder=Path(__file__).parent)


def in_order(registered: Sequence[Migration], *, folder: Path) -> tuple[Migration, ...]:
    """The migrations by number, from 1 and without a gap, each of them a file of the folder and each such file one.

    Raises:
        RegistrationError: they are not so; a line for each thing that is wrong.
    """
    ordered = sorted(registered, key=lambda migration: (migration.number, migration.file))
    files: dict[int, list[str]] = {}
    for migration in ordered:
        files.setdefault(migration.number, []).append(shown(migration.file))
    problems = [f"{number:04} is the number of {' and of '.join(of)}" for number, of in files.items() if len(of) > 1]
    problems += [
        f"{number:04} is missing: no file m{number:04}_….py is registered"
        for number in range(1, max(files, default=0))
        if number not in files
    ]
    registered_files = {migration.file.name for migration in ordered}
    problems += [
        f"{shown(file)} is not registered in service/migrations/migrations.py"
        for file in sorted(folder.glob("m[0-9]*_*.py"))
        if file.name not in registered_files
    ]
    if problems:
        raise RegistrationError("\n".join(problems))
    return (*ordered,)
