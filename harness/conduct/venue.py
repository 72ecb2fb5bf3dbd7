"""Where runs take place, by the command line: the target, the reports' folder, and what a report tells about both."""

import os
import shlex
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from harness.conduct.environment import describe_environment
from harness.conduct.stage import Target
from harness.plan.scenario import Scenario
from harness.targets.demo_settings import DEMO_SETTINGS
from harness.targets.local import LocalTarget
from harness.targets.remote import RemoteTarget


class Venue:
    """Reads the options anew for every scenario: the web UI changes them between runs."""

    def __init__(self, options: Namespace) -> None:
        self._options = options

    @property
    def reports(self) -> Path:
        """Under which each run gets its folder."""
        return Path(self._options.reports)

    @property
    def reports_bucket(self) -> str:
        """The S3 bucket that each report is copied to; empty: none."""
        return str(self._options.reports_bucket)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no artefact may hold."""
        host = str(self._options.host or "")
        return tuple(secret for secret in (self._operator_token, host, urlsplit(host).hostname) if secret)

    def target(self, scenario: Scenario) -> Target:
        """The target for one scenario, not yet started."""
        if self._options.host:
            return RemoteTarget(
                self._options.host,
                scenario,
                owned=self._options.i_own_this_target,
                operator_token=self._operator_token,
            )
        return LocalTarget(
            self.overrides(scenario), service_command=shlex.split(self._options.service_command), seed=scenario.seed
        )

    def overrides(self, scenario: Scenario) -> Mapping[str, str]:
        """The settings that we start the target with, over production's; none for a target that others started."""
        return {} if self._options.host else {**DEMO_SETTINGS, **scenario.settings}

    def environment(self, scenario: Scenario, *, players: int) -> Mapping[str, str]:
        """Where and with what the run is made."""
        return describe_environment(scenario, self._options, players=players)

    @property
    def _operator_token(self) -> str:
        return os.environ.get("BALLAST_OPERATOR_TOKEN", "")
