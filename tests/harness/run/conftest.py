from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.harness.run.program import LocustProgram

StartLocust = Callable[..., LocustProgram]


@pytest.fixture
def locust(tmp_path: Path) -> Iterator[StartLocust]:
    started: list[LocustProgram] = []

    def start(*arguments: str) -> LocustProgram:
        started.append(LocustProgram(tmp_path, *arguments))
        return started[-1]

    yield start
    for process in started:
        process.end()
