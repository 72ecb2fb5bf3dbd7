"""A fresh clone of the project as it stands here, committed or not, set up as its reader sets it up."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.documents.document import ROOT

OURS = ("MAKE", "MFLAGS", "VIRTUAL_ENV", "PYTEST", "COV_", "PYTHONPATH", "JSII_", "AWS_", "BALLAST_")
"""How variables begin that this test run has and a reader's terminal has not."""

AUTHOR = ("-c", "user.name=reader", "-c", "user.email=reader@localhost")


def cloned(folder: Path) -> Path:
    """The root of one with a single commit."""
    clone = folder / "ballast"
    for name in _tracked(folder / "index.git"):
        if (ROOT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, clone / name)
    for words in (("init", "--quiet"), ("add", "--all"), (*AUTHOR, "commit", "--quiet", "--message", "as it stands")):
        _git("-C", str(clone), *words)
    return clone


def variables() -> Mapping[str, str]:
    """What a reader's terminal has in its environment."""
    own = str(Path(sys.prefix, "bin"))
    path = os.pathsep.join(each for each in os.environ["PATH"].split(os.pathsep) if each != own)
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)} | {"PATH": path}


def _tracked(index: Path) -> list[str]:
    """All files but those that git is told to ignore, whether or not there is a repository here."""
    _git("init", "--quiet", "--bare", str(index))
    listed = ("--git-dir", str(index), "--work-tree", str(ROOT), "ls-files", "--others", "--exclude-standard", "-z")
    return [name for name in _git("-C", str(ROOT), *listed).split("\0") if name]


def _git(*words: str) -> str:
    return subprocess.run(
        ["git", *words],  # noqa: S607 - the system's
        capture_output=True, text=True, check=True, env=variables(),
    ).stdout  # fmt: skip
