"""Sends what `load` plans, by the harness's engine and client, until all is sent or somebody ends it."""

import json
import sys
import time

import msgspec

from harness.load.client import Client
from harness.load.engine import Engine
from harness.load.messages import Assignment
from harness.plan.arrivals import Arrival, Turn, turn_plan
from harness.targets.clock import RunClock
from tests.browser.load import SCENARIO


def main(argument: str) -> int:
    """Send it all; the exit code."""
    assignment = msgspec.json.decode(argument, type=Assignment)
    clock = RunClock()
    client = Client(SCENARIO, assignment, clock=clock, report=lambda **_: None)
    client.warm_up()

    def send(arrival: Arrival, planned_at: float) -> None:
        client.send(arrival, planned_at)

    engine = Engine(send, clock=clock, pool=client.connections)
    sys.stdout.write(json.dumps({"listening": assignment.scenario}) + "\n")
    sys.stdout.flush()
    engine.run(turn_plan(SCENARIO, Turn(part=assignment.part, phases=tuple(assignment.phases))), starts_at=time.time())
    if engine.failure:
        sys.stderr.write(f"{engine.failure}\n")
    return 1 if engine.failure else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
