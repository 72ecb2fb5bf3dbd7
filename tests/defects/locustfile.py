"""The scenarios without their contrast, which a defective service has no part in."""

import dataclasses

from harness.cli.wiring import ConductedShape, ScenarioUser
from loadtests import auto_rollback, breaker, breaker_database, drills, health_gate

__all__ = [  # what Locust looks for
    "ConductedShape",
    "DefectiveBreaker",
    "DefectiveBreakerDatabase",
    "DefectiveDrills",
    "DefectiveHealthGate",
    "DefectiveRollout",
]


class DefectiveBreaker(ScenarioUser):
    """The breaker of the provider, with one wrong part."""

    scenario = dataclasses.replace(breaker.Breaker.scenario, contrast=())


class DefectiveBreakerDatabase(ScenarioUser):
    """The breaker of the database, with one wrong part."""

    scenario = breaker_database.BreakerDatabase.scenario


class DefectiveHealthGate(ScenarioUser):
    """The health gates, with one wrong part."""

    scenario = health_gate.HealthGate.scenario


class DefectiveRollout(ScenarioUser):
    """The rollout, with one wrong part."""

    scenario = auto_rollback.AutoRollback.scenario


class DefectiveDrills(ScenarioUser):
    """The levers, with one wrong part."""

    scenario = drills.Drills.scenario
