"""Prints the plan of the scenario `brief`; a program, as gevent patches all once a scenario is imported."""

import dataclasses
import json
import sys

from harness.plan.arrivals import part_plan
from harness.record import Part
from tests.harness.run.scenarios.brief import Brief

if __name__ == "__main__":
    plans = {part: [dataclasses.asdict(arrival) for arrival in part_plan(Brief.scenario, part)] for part in Part}
    json.dump(plans, sys.stdout)
