"""The target that is deployed: the stacks in an emulated AWS, whose App Runner runs the service."""

import contextlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from harness.emulator.emulator import ROOT, DeployFailedError, Emulator, context_of
from harness.record import Part
from harness.targets.child import Child, ChildFailedError
from harness.targets.identity import check_target
from harness.targets.local import SIMULATOR_COMMAND
from harness.targets.outputs import Deployment
from harness.targets.system import System, identify

PYTHON = ROOT / ".venv-emulator/bin/python"
INSTANCES = 2


class EmulatedTarget:
    """A fresh AWS, deployed into, for one scenario; a context manager that leaves nothing behind. It has no twin."""

    def __init__(self, settings: Mapping[str, str], *, seed: int = 1) -> None:
        """`settings` are variables of the service over those of the stacks.

        Raises:
            ChildFailedError: the emulator's environment is not there.
        """
        if not PYTHON.exists():
            raise ChildFailedError(f"there is no {PYTHON}; `make .venv-emulator/.ready` makes it")
        self._settings = dict(settings)
        self._canary_model = self._settings.pop("EMBEDDING_CANARY_MODEL", "")  # which the stacks have a key for
        self._seed = seed
        self._held = contextlib.ExitStack()
        self._simulator: Child | None = None
        self._emulator = Emulator(python=PYTHON, instances=INSTANCES)
        self._service = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def start(self) -> System:
        """Start the simulator and AWS, and deploy; ChildFailedError when one of it fails."""
        self._held.enter_context(self._emulator)
        folder = Path(self._held.enter_context(tempfile.TemporaryDirectory(prefix="ballast-")))
        self._simulator = Child(
            "simulator", [*SIMULATOR_COMMAND, "--seed", str(self._seed)], environment={}, folder=folder
        )
        self._held.callback(self._simulator.stop)
        said = self._simulator.listening()
        self._emulator.start()
        deployment = self._deployed(str(said["address"]), folder)
        self._service = deployment.service_arn
        return self._system(deployment, simulator=str(said["control"]))

    def start_contrast(self) -> System | None:
        """There is no twin."""
        return None

    def restart(self, instance: int) -> None:
        """Have the platform put another process in the place of one."""
        self._emulator.app_runner("RestartInstance", ServiceArn=self._service, Number=str(instance))

    def cpu_seconds(self, _: Part) -> float | None:
        """The processes are the platform's."""
        return None

    def ended(self) -> str:
        """A sentence when the simulator or the emulator ended by itself, else an empty string."""
        return (self._simulator.ended() if self._simulator else "") or self._emulator.ended()

    def _deployed(self, provider: str, folder: Path) -> Deployment:
        settings = folder / "settings.env"
        settings.write_text("".join(f"{name}={value}\n" for name, value in self._settings.items()), encoding="utf-8")
        context = context_of(
            provider_url=provider,
            allowLoadTests="true",
            budget="0",
            canaryModel=self._canary_model,
            settingsFile=str(settings),
        )
        try:
            self._emulator.bootstrap()
            outputs = self._emulator.deploy(context=context)
        except DeployFailedError as error:
            raise ChildFailedError(str(error)) from error
        return Deployment(source="the emulated deployment", outputs=outputs, secret=self._emulator.secret)

    def _system(self, deployment: Deployment, *, simulator: str) -> System:
        headers = deployment.origin_headers
        described = self._emulator.app_runner("DescribeService", ServiceArn=self._service)["Service"]
        addresses = tuple(f"http://{address}" for address in described["Instances"])
        identities = tuple(identify(address, headers=headers) for address in addresses)
        for address, identity in zip(addresses, identities, strict=True):
            check_target(address, identity, owned=False)
        return System(
            part=Part.MAIN,
            addresses=addresses,
            identities=identities,
            simulator=simulator,
            headers=headers,
            operator_token=deployment.operator_token,
        )
