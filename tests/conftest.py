"""What holds for every test."""

import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

SHARING = frozenset({"browser", "deployed", "image", "stacks"})
"""Folders whose tests share what is dear, a browser, a deployment, a synthesis: each on one worker, in its order."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if folder in SHARING:
            item.add_marker(pytest.mark.xdist_group(folder))


@pytest.fixture(scope="session", autouse=True)
def _node() -> None:
    """jsii runs on the Node that the lock names, whatever the system has."""
    patch = pytest.MonkeyPatch()
    patch.setenv("JSII_NODE", str(Path(sys.prefix, "bin", "node")))
