"""What holds for every test."""

import signal
import sys
from pathlib import Path

import pytest
from xdist.remote import Producer  # type: ignore[import-untyped] # it ships no types
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped] # as above

BY_FOLDER = frozenset({"deployed", "documents", "image", "stacks"})
"""Whose tests share what is dear, a deployment, a clone, a synthesis: all on one worker, in their order."""

BY_FILE = frozenset({"browser"})
"""Whose tests share what each worker can afford one of, a browser and a service: a file on one worker."""


class BySharing(LoadScopeScheduling):  # type: ignore[misc] # as above
    """Hands out a folder or a file as a whole where its tests share something, and single tests elsewhere."""

    def _split_scope(self, nodeid: str) -> str:
        folder = nodeid.split("/")[1]
        if folder in BY_FOLDER:
            return folder
        return nodeid.split("::", maxsplit=1)[0] if folder in BY_FILE else nodeid


def pytest_configure() -> None:
    """A shell starts what it puts into the background deaf to Ctrl-C, and what we start would inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> BySharing:
    return BySharing(config, log)


@pytest.fixture(scope="session", autouse=True)
def _node() -> None:
    """jsii runs on the Node that the lock names, whatever the system has."""
    patch = pytest.MonkeyPatch()
    patch.setenv("JSII_NODE", str(Path(sys.prefix, "bin", "node")))
