"""A Chromium to drive: the system's, or the one in an npm package."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Error, sync_playwright

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGE = ROOT / "node_modules/@sparticuz/chromium"
INFLATED = ROOT / "node_modules/.chromium"
NODE = ROOT / ".venv/bin/node"

INFLATE = "import chromium from '@sparticuz/chromium'; await chromium.executablePath();"
"""The package inflates itself into the folder for temporary files, 200 MB in some seconds."""


class NoBrowserError(Exception):
    """There is no Chromium that starts; the message says what to install."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium. Raises NoBrowserError."""
    program = _of_the_system() or _of_the_package()
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=program)
        except Error as error:
            raise NoBrowserError(
                f"{program} does not start. It needs the library libnss3 (Debian: apt-get install libnss3); or install "
                f"a Chromium of the system's under one of these names: {', '.join(NAMES)}.\n{error.message}"
            ) from error
        yield browser
        browser.close()


def _of_the_system() -> Path | None:
    found = (shutil.which(name) for name in NAMES)
    return next((Path(program) for program in found if program), None)


def _of_the_package() -> Path:
    if not PACKAGE.exists():
        raise NoBrowserError(
            f"There is no Chromium: none of {', '.join(NAMES)} is installed, and {PACKAGE} is missing. `make test` "
            "installs the package; with `make .venv/.ready` it is there for pytest too."
        )
    if not INFLATED.exists():
        _inflate()
    return INFLATED / "chromium"


def _inflate() -> None:
    # Beside its place and then moved there, so that no other process meets half of it.
    with tempfile.TemporaryDirectory(dir=INFLATED.parent) as folder:
        done = subprocess.run(
            [NODE, "--input-type=module", "--eval", INFLATE],
            cwd=ROOT, env=os.environ | {"TMPDIR": folder}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise NoBrowserError(f"{PACKAGE} does not inflate; is there room for 200 MB?\n{done.stderr}")
        if not INFLATED.exists():
            Path(folder).rename(INFLATED)
            Path(folder).mkdir()  # for whoever tidies up
