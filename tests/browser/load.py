"""The harness's own load on a running system, while a page looks at it."""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from harness.conduct.warm_up import warm_up
from harness.load.messages import Assignment
from harness.plan.requests import create_document, embed, read_document
from harness.plan.scenario import Phase, Scenario
from harness.targets.child import Child
from harness.targets.system import System

RATE = 20.0
"""Requests a second."""

LONGEST = 180.0
"""Seconds after which the load ends by itself."""

SCENARIO = Scenario(
    name="dashboard",
    title="A page looks on",
    requests=[embed.weighted(7), read_document.weighted(2), create_document.weighted(1)],
    phases=[Phase(name="everyday", seconds=LONGEST, rate=RATE)],
    criteria=[],
)


@contextmanager
def load_on(system: System) -> Iterator[None]:
    """Requests to each instance in turn while the block runs, by a process of their own: the engine is gevent's."""
    assignment = Assignment(
        ticket="",
        scenario=SCENARIO.name,
        part=system.part,
        phases=[phase.name for phase in SCENARIO.phases],
        worker=0,
        workers=1,
        starts_at=time.time(),
        addresses=list(system.addresses),
        headers=dict(system.headers),
        documents=warm_up(system, SCENARIO, SCENARIO.phases),
    )
    command = (sys.executable, "-m", "tests.browser.generator", msgspec.json.encode(assignment).decode())
    with tempfile.TemporaryDirectory(prefix="ballast-") as folder:
        generator = Child("generator", command, environment={}, folder=Path(folder))
        try:
            generator.listening()
            yield
            assert not (sentence := generator.ended()), sentence
        finally:
            generator.stop()
