"""What holds for every test."""

import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session", autouse=True)
def _node() -> None:
    """jsii runs on the Node that the lock names, whatever the system has."""
    patch = pytest.MonkeyPatch()
    patch.setenv("JSII_NODE", str(Path(sys.prefix, "bin", "node")))
