"""The target on this machine: the simulated provider and the service's instances, as processes of their own."""

import secrets
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from harness.record import Part
from harness.targets.child import Child, ChildFailedError
from harness.targets.identity import check_target
from harness.targets.system import System, identify

SERVICE_COMMAND = (sys.executable, "-m", "service")
SIMULATOR_COMMAND = (sys.executable, "-m", "harness.simulator")

INSTANCES = 2


class LocalTarget:
    """Fresh processes and a fresh database, for one scenario; a context manager that leaves nothing behind.

    Nothing is left running either when we are killed: the kernel ends each process with us.
    """

    def __init__(
        self,
        settings: Mapping[str, str],
        *,
        service_command: Sequence[str] = SERVICE_COMMAND,
        seed: int = 1,
        ports: Sequence[int] = (0,) * INSTANCES,
        simulator_port: int = 0,
    ) -> None:
        """`settings` are the instances' environment; a port of 0 lets the kernel choose."""
        if sys.platform != "linux":
            raise ChildFailedError(
                f"The local target needs Linux, whose kernel ends every process with us; this is {sys.platform}. "
                "Run it in a Linux machine or container, or load a service that runs elsewhere (--host)."
            )
        self._settings = dict(settings)
        self._service_command = tuple(service_command)
        self._simulator_command = (*SIMULATOR_COMMAND, "--port", str(simulator_port), "--seed", str(seed))
        self._ports = tuple(ports)
        self._operator_token, self._internal_token = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        self._folder = Path(tempfile.mkdtemp(prefix="ballast-"))
        self._children: list[Child] = []
        self._environments: dict[str, Mapping[str, str]] = {}  # of the instances, by name
        self.provider = self._control = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> System:
        """Start the simulator and the instances with the reliability layer; ChildFailedError when one does not."""
        simulator = self._child("simulator", self._simulator_command, {})
        said = simulator.listening()
        self.provider, self._control = said["address"], said["control"]
        return self._start_instances(Part.MAIN, self._ports, {"USE_RELIABILITY_SYSTEM": "true"})

    def start_contrast(self) -> System:
        """Start the twin without the layer, on a database of its own and the same simulator."""
        return self._start_instances(Part.CONTRAST, (0,) * len(self._ports), {"USE_RELIABILITY_SYSTEM": "false"})

    def restart(self, instance: int) -> None:
        """Stop an instance of the main part, counted from 1, and start it anew where it was."""
        name = _names(Part.MAIN, len(self._ports))[instance - 1]
        child = next(child for child in self._children if child.name == name)
        port = urlsplit(str(child.listening()["address"])).port
        self._children.remove(child)
        child.stop()
        self._instance(name, {**self._environments[name], "PORT": str(port)}).listening()

    def cpu_seconds(self, part: Part) -> float:
        """What the instances of a part have taken of the CPU so far."""
        names = _names(part, len(self._ports))
        return sum(child.cpu_seconds() for child in self._children if child.name in names)

    def database(self, part: Part) -> Path:
        """The file that the instances of a part share."""
        return self._folder / f"{part}.sqlite3"

    def ended(self) -> str:
        """A sentence about the first process that ended by itself, else an empty string."""
        return next((sentence for child in self._children if (sentence := child.ended())), "")

    def stop(self) -> None:
        """End every process, instances first, and remove the folder."""
        for child in reversed(self._children):
            child.ask_to_end()
        for child in reversed(self._children):
            child.stop()
        self._children.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start_instances(self, part: Part, ports: Sequence[int], role: Mapping[str, str]) -> System:
        names = _names(part, len(ports))
        shared = self._settings | {
            **role,
            "HOST": "127.0.0.1",
            "ENVIRONMENT": "local",
            "LOAD_TESTS_ALLOWED": "true",
            "FAULT_INJECTION": "true",
            "OPENAI_BASE_URL": self.provider,
            "OPENAI_API_KEY": "simulated",
            "DATABASE_PATH": str(self.database(part)),
            "OPERATOR_TOKEN": self._operator_token,
            "INTERNAL_TOKEN": self._internal_token,
            "DRAIN_SECONDS": "1",
        }
        children = [
            self._instance(name, shared | {"INSTANCE_ID": name, "PORT": str(port)})
            for name, port in zip(names, ports, strict=True)
        ]
        addresses = tuple(str(child.listening()["address"]) for child in children)
        identities = tuple(identify(address) for address in addresses)
        for name, address, identity in zip(names, addresses, identities, strict=True):
            check_target(address, identity, owned=False)
            if identity.instance != name:
                raise ChildFailedError(
                    f"{address} is {identity.instance!r}, not the instance {name!r} that we started."
                )
        return System(
            part=part,
            addresses=addresses,
            identities=identities,
            simulator=self._control,
            others=frozenset(name for other in Part if other is not part for name in _names(other, len(ports))),
            operator_token=self._operator_token,
        )

    def _instance(self, name: str, environment: Mapping[str, str]) -> Child:
        self._environments[name] = environment
        return self._child(name, self._service_command, environment)

    def _child(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> Child:
        child = Child(name, command, environment=environment, folder=self._folder)
        self._children.append(child)
        return child


def _names(part: Part, instances: int) -> list[str]:
    return [f"{part}-{number}" for number in range(1, instances + 1)]
