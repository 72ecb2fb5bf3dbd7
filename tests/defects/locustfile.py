"""The scenarios without their contrast, which a defective service has no part in."""

import dataclasses

from harness.cli.wiring import ConductedShape, ScenarioUser
from loadtests import breaker, breaker_database

__all__ = ["ConductedShape", "DefectiveBreaker", "DefectiveBreakerDatabase"]  # what Locust looks for


class DefectiveBreaker(ScenarioUser):
    """The breaker of the provider, with one wrong part."""

    scenario = dataclasses.replace(breaker.Breaker.scenario, contrast=())


class DefectiveBreakerDatabase(ScenarioUser):
    """The breaker of the database, with one wrong part."""

    scenario = breaker_database.BreakerDatabase.scenario
