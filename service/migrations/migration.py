"""One migration: a file `m0001_name.py` with a phase, `up()` and `down()`, known by its number and checksum."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any

from service.migrations.errors import RefusedError, RegistrationError
from service.migrations.target import Target

_file_name = re.compile(r"m([0-9]{4})_([a-z][a-z0-9_]*)\.py").fullmatch


class Phase(StrEnum):
    """What a migration does to instances of the version before, which may be running."""

    BASELINE = "baseline"  # the shape from which the others go on; it is not undone
    EXPAND = "expand"  # adds what they do not notice, in a moment: done at the start of the service too
    MIGRATE = "migrate"  # fills what was added, in batches, while they run
    CONTRACT = "contract"  # demands what was filled: not before the last of them has gone


@dataclass(frozen=True, slots=True)
class Filled:
    """What one batch did; the next one goes on after `after`, and there is none when that is None."""

    after: str | None
    seen: int
    changed: int


WHOLE = Filled(after=None, seen=0, changed=0)
"""What a step did that has no batches."""


@dataclass(frozen=True, kw_only=True)
class Migration:
    """As registered. `step` does all of it or, of a back-fill, the batch after the one that it is given."""

    number: int
    name: str
    phase: Phase
    checksum: str
    file: Path
    step: Callable[[Target, str | None, int], Filled]
    down: Callable[[Target], None]

    @property
    def title(self) -> str:
        """How it is named to people."""
        return titled(self.number, self.name)


def titled(number: int, name: str) -> str:
    """How a migration is named to people, one whose file is gone too."""
    return f"{number:04} {name}"


def register_migration(module: ModuleType) -> Migration:
    """The migration that a module declares.

    `PHASE` is its phase. `up(on)` changes the shape of what is stored; in the phase `migrate` it is
    `up(on, after, limit)`, fills at most `limit` items after `after`, and returns `Filled`. `down(on)` undoes it; the
    baseline has none.

    Raises:
        RegistrationError: the module is not made so; all that is wrong at once.
    """
    file = Path(str(module.__file__))
    named = _file_name(file.name)
    phase: Any
    up: Any
    down: Any
    phase, up, down = (getattr(module, wanted, None) for wanted in ("PHASE", "up", "down"))
    problems = list(_problems(file, phase, up, down, named=named is not None))
    if problems or named is None or phase is None:
        raise RegistrationError("\n".join(problems))

    def whole(on: Target, _after: str | None, _limit: int) -> Filled:
        up(on)
        return WHOLE

    return Migration(
        number=int(named[1]),
        name=named[2],
        phase=phase,
        checksum=hashlib.sha256(file.read_bytes().replace(b"\r\n", b"\n")).hexdigest(),
        file=file,
        step=up if phase is Phase.MIGRATE else whole,
        down=down or _not_undone,
    )


def _not_undone(_: Target) -> None:
    raise RefusedError("the baseline is not undone: everything that is stored would go with it")


def _problems(file: Path, phase: object, up: object, down: object, *, named: bool) -> list[str]:
    problems = []
    if not named:
        problems.append(f"{shown(file)} is no name of a migration; expected m0001_name.py, of a-z, 0-9 and _")
    if not isinstance(phase, Phase):
        problems.append(f"{shown(file)}: PHASE is {phase!r}; expected a Phase")
    if not callable(up):
        problems.append(f"{shown(file)} has no up(); expected a function that applies it")
    if phase is Phase.BASELINE and down is not None:
        problems.append(f"{shown(file)} has a down(); expected none, since a baseline is not undone")
    if phase is not Phase.BASELINE and not callable(down):
        problems.append(f"{shown(file)} has no down(); expected a function that undoes it")
    return problems


def shown(file: Path) -> str:
    """The path of a migration, from the root of the project where it is the service's."""
    return "/".join(file.parts[-3:]) if file.parts[-3:-1] == ("service", "migrations") else str(file)
