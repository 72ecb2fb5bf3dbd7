"""What holds for every test."""

import signal
import sys
from pathlib import Path

import pytest
from xdist.remote import Producer  # type: ignore[import-untyped] # it ships no types
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped] # as above

SHARING = frozenset({"browser", "deployed", "image", "stacks"})
"""Folders whose tests share what is dear, a browser, a deployment, a synthesis: each on one worker, in its order."""


class BySharing(LoadScopeScheduling):  # type: ignore[misc] # as above
    """Hands out a folder as a whole where its tests share something, and single tests elsewhere."""

    def _split_scope(self, nodeid: str) -> str:
        folder = nodeid.split("/")[1]
        return folder if folder in SHARING else nodeid


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
