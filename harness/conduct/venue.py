"""Where runs take place, by the command line: the target, the reports' folder, and what a report tells about both."""

import os
import shlex
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from harness.conduct.environment import describe_environment
from harness.conduct.stage import Target
from harness.emulator.target import EmulatedTarget
from harness.plan.scenario import Scenario
from harness.targets.demo_settings import DEMO_SETTINGS
from harness.targets.kind import TargetKind
from harness.targets.local import LocalTarget
from harness.targets.outputs import deployment_in
from harness.targets.remote import RemoteTarget


class Venue:
    """Reads the options anew for every scenario: the web UI changes them between runs."""

    def __init__(self, options: Namespace) -> None:
        self._options = options
        self._addresses: list[str] = []
        self._tokens: list[str] = []

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
        hosts = [str(self._options.host or ""), *self._addresses]
        held = [*_operator_tokens(), *self._tokens, *hosts, *(urlsplit(host).hostname for host in hosts)]
        return tuple(secret for secret in held if secret)

    def target(self, scenario: Scenario) -> Target:
        """The target for one scenario, not yet started.

        Raises:
            ChildFailedError: what the emulated target needs is not there.
            OutputsError: what a deployment tells of itself is not usable.
        """
        if self._options.host:
            return RemoteTarget(
                self._options.host,
                scenario,
                owned=self._options.i_own_this_target,
                operator_token=self._operator_token,
            )
        match TargetKind(self._options.target):
            case TargetKind.LOCAL:
                command = shlex.split(self._options.service_command)
                return LocalTarget(self.overrides(scenario), service_command=command, seed=scenario.seed)
            case TargetKind.EMULATED:
                return EmulatedTarget(self.overrides(scenario), seed=scenario.seed)
            case TargetKind.AWS:
                return self._deployed(scenario)

    def overrides(self, scenario: Scenario) -> Mapping[str, str]:
        """The settings that we start the target with, over production's; none for a target that others started."""
        ours = not self._options.host and self._options.target != TargetKind.AWS
        return {**DEMO_SETTINGS, **scenario.settings} if ours else {}

    def environment(self, scenario: Scenario, *, players: int) -> Mapping[str, str]:
        """Where and with what the run is made."""
        return describe_environment(scenario, self._options, players=players)

    def _deployed(self, scenario: Scenario) -> RemoteTarget:
        deployment = deployment_in(Path(self._options.outputs_file))
        token, simulator = self._operator_token or deployment.operator_token, deployment.simulator
        self._addresses.append(deployment.edge)
        self._tokens.append(token)
        if simulator is not None:
            self._addresses.append(simulator[0])
            self._tokens.append(simulator[1])
        return RemoteTarget(
            deployment.edge,
            scenario,
            owned=self._options.i_own_this_target,
            operator_token=token,
            simulator=simulator,
        )

    @property
    def _operator_token(self) -> str:
        return _operator_tokens()[0]


def _operator_tokens() -> list[str]:
    """As the service is given them: one, two while one takes the other's place, or an empty one."""
    return os.environ.get("BALLAST_OPERATOR_TOKEN", "").split(",")
