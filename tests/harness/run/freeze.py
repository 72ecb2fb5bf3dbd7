"""Loads a server, freezes it meanwhile, and prints what the client measured; a program, as gevent patches all."""

import locust  # isort: skip -- patches the standard library, so it comes first

import os
import signal
import subprocess
import sys
from pathlib import Path

import gevent
import msgspec

from harness.load.client import Client
from harness.load.engine import Engine
from harness.load.messages import Assignment
from harness.plan.arrivals import Arrival, part_plan
from harness.plan.corpus import docstrings
from harness.plan.requests import embed
from harness.plan.scenario import Arrivals, Phase, Scenario
from harness.record import Part, RequestRow
from harness.targets.clock import RunClock

RATE = 200
SECONDS = 5.0
FREEZE_AT, FROZEN = 1.0, 3.0

scenario = Scenario(
    name="freeze",
    title="A server that stands still",
    phases=[Phase(name="all", seconds=SECONDS, rate=RATE, arrivals=Arrivals.CONSTANT)],
    requests=[embed],
    criteria=[],
)


def main() -> None:
    docstrings()
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("quick_server.py"))], stdout=subprocess.PIPE
    )
    assert server.stdout is not None
    address = server.stdout.readline().decode().strip()
    clock = RunClock()
    starts_at = clock() + 0.5
    assignment = Assignment(
        headers={},
        ticket="t",
        scenario=scenario.name,
        part=Part.MAIN,
        phases=[phase.name for phase in scenario.phases],
        worker=0,
        workers=1,
        starts_at=starts_at,
        addresses=[address],
        documents=[],
    )
    client = Client(scenario, assignment, clock=clock, report=locust.events.request.fire)
    rows: list[RequestRow] = []

    def send(arrival: Arrival, planned_at: float) -> None:
        rows.append(client.send(arrival, planned_at))

    engine = Engine(send, clock=clock, pool=client.connections)
    client.warm_up()
    sending = gevent.spawn(engine.run, part_plan(scenario, Part.MAIN), starts_at=starts_at)
    gevent.sleep(starts_at + FREEZE_AT - clock())
    os.kill(server.pid, signal.SIGSTOP)
    frozen_at = clock()
    gevent.sleep(FROZEN)
    os.kill(server.pid, signal.SIGCONT)
    thawed_at = clock()
    sending.join()
    server.kill()
    server.wait()
    sys.stdout.buffer.write(msgspec.json.encode({"frozen_at": frozen_at, "thawed_at": thawed_at, "rows": rows}))


if __name__ == "__main__":
    main()
