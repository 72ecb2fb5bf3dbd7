"""A fresh clone of the project as it stands here, committed or not, set up as its reader sets it up."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.documents.document import ROOT

FOUND = ("PATH", "HOME", "LANG", "TMPDIR")
"""What a reader's terminal has in its environment; nothing of it decides what a program of ours does."""

FETCHING = ("PIP_", "UV_", "NPM_CONFIG_", "SSL_", "REQUESTS_", "NODE_EXTRA_", "HTTP_", "HTTPS_", "NO_", "ALL_")
"""How the variables begin by which packages are found from where a person is."""

AUTHOR = ("-c", "user.name=reader", "-c", "user.email=reader@localhost")
ALONE = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
"""Git without a person's own settings."""


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


def variables() -> dict[str, str]:
    """A reader's environment."""
    own = str(Path(sys.prefix, "bin"))
    path = os.pathsep.join(each for each in os.environ["PATH"].split(os.pathsep) if each != own)
    return {name: value for name, value in os.environ.items() if name in FOUND} | {"PATH": path}


def fetching() -> dict[str, str]:
    """The same, and what is needed to fetch packages."""
    return {name: value for name, value in os.environ.items() if name.upper().startswith(FETCHING)} | variables()


def _tracked(index: Path) -> list[str]:
    """All files but those that git is told to ignore, whether or not there is a repository here."""
    _git("init", "--quiet", "--bare", str(index))
    listed = ("--git-dir", str(index), "--work-tree", str(ROOT), "ls-files", "--others", "--exclude-standard", "-z")
    return [name for name in _git("-C", str(ROOT), *listed).split("\0") if name]


def _git(*words: str) -> str:
    return subprocess.run(
        ["git", *words],  # noqa: S607 - the system's
        capture_output=True, text=True, check=True, env=variables() | ALONE,
    ).stdout  # fmt: skip
