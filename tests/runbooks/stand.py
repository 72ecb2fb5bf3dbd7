"""A service of two instances under a light load, which a test breaks for real."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness.plan.requests import TargetState
from harness.targets.control import ControlError, call
from harness.targets.demo_settings import DEMO_SETTINGS
from harness.targets.local import LocalTarget
from harness.targets.system import System
from tests.runbooks.load import CYCLE, RATE, Load
from tests.runbooks.signals import Signals, differences, signals, usual

PATIENCE = 120.0
"""Seconds for whatever should happen, on a busy machine."""

WARM_UP = 1
"""Cycles of the load in which everything happens for the first time."""

HEALTHY_WINDOWS = 3
CALM, CALM_WITHIN = 0.03, 20.0
"""Seconds that the yardstick takes at most where a machine has time for us, and for which that is waited for."""

DOCUMENTS = 20

SETTINGS = {
    "QUEUE_VISIBILITY_SECONDS": "1",
    "QUEUE_MAX_RECEIVES": "2",
    "ROLLOUT_MINIMUM_HOLD_SECONDS": "600",
    "ROLLOUT_MAXIMUM_DURATION_SECONDS": "600",
    "EVENT_LOOP_DELAY_WARNING_SECONDS": "30",
    "EVENT_LOOP_DELAY_ALERT_SECONDS": "60",
}
"""Events die soon, a rollout stays where it is, and what a busy machine does to the event loop is no news."""


class Stand:
    """The service, what its callers get, and what it shows of itself."""

    def __init__(self, system: System, load: Load, database: Path) -> None:
        self.system = system
        self.database = database
        self._load = load
        self.healthy = self._in_health()

    @property
    def variables(self) -> Mapping[str, str]:
        """What an operator's terminal has in its environment."""
        return {
            "BALLAST_URL": self.system.addresses[0],
            "BALLAST_OPERATOR": "engineer",
            "BALLAST_OPERATOR_TOKEN": self.system.operator_token,
        }

    def shown(self, path: str, *, instance: int = 0) -> Any:
        """What an instance answers to an operator."""
        return call("GET", f"{self.system.addresses[instance]}{path}", headers=self.system.operator_headers)

    def everywhere(self, path: str) -> list[Any]:
        """What each instance answers."""
        return [self.shown(path, instance=number) for number in range(len(self.system.addresses))]

    def operate(self, method: str, path: str, body: object = None) -> None:
        """What an operator asks for who is not the reader of the runbook."""
        call(method, f"{self.system.addresses[0]}{path}", body=body, headers=self.system.operator_headers)

    def in_force(self, mode: str) -> list[bool]:
        """Whether a mode is, on each instance."""
        told = self.everywhere("/api/observability/modes")
        return [each["in_force"] for one in told for each in one["modes"] if each["name"] == mode]

    def quarantined(self) -> list[bool]:
        """Whether the indexer is, on each instance."""
        told = self.everywhere("/api/observability/modes")
        return [each["quarantined"] for one in told for each in one["agents"]]

    def breakers(self, name: str) -> list[str]:
        """The state of a breaker on each instance."""
        told = self.everywhere("/api/observability/circuit-breakers")
        return [each["state"] for one in told for each in one["circuit_breakers"] if each["name"] == name]

    def dead_letters(self) -> int:
        """Those of all agents."""
        depths = self.shown("/api/observability/watchdogs")["queue_depth"]
        return sum(int(each["dead_letters"]) for each in depths)

    def create_document(self, title: str) -> str:
        """Store a document; its id."""
        return _created(self.system, title)

    def break_provider(self, model: str = "*", **fault: object) -> None:
        """The provider fails from now on."""
        call("PUT", f"{self.system.simulator}/faults/{model}", body={"seconds": 300, **fault})

    def mend_provider(self) -> None:
        """The provider works again."""
        call("DELETE", f"{self.system.simulator}/faults")

    def now(self) -> Signals:
        """Those of the requests from here on."""
        return self._signals(self._load.sent)

    def is_hurt(self) -> None:
        """Wait until callers notice."""
        until(lambda: list(differences(self.healthy, self.now())), "callers notice that something is broken")

    def recovers(self, patience: float) -> None:
        """Wait until the golden signals are those of health."""
        give_up_at = time.monotonic() + patience
        while unlike := list(differences(self.healthy, self.now())):
            assert time.monotonic() < give_up_at, f"the service has not recovered: {'; '.join(unlike)}"

    def _in_health(self) -> Signals:
        """What is usual, by the calmest of the windows."""
        give_up_at = time.monotonic() + CALM_WITHIN
        windows: list[Signals] = []
        while len(windows) < HEALTHY_WINDOWS or windows[HEALTHY_WINDOWS - 1].yardstick > CALM:
            windows.append(self._signals((WARM_UP + len(windows)) * CYCLE))
            windows.sort(key=lambda each: each.yardstick)
            if time.monotonic() > give_up_at and len(windows) >= HEALTHY_WINDOWS:
                break
        return usual(windows[:HEALTHY_WINDOWS])

    def _signals(self, first: int) -> Signals:
        window = self._load.window(first)
        depths = self.shown("/api/observability/watchdogs")["queue_depth"]
        return signals(
            window,
            rate=RATE,
            dead_letters=sum(each["dead_letters"] for each in depths),
            waiting=sum(each["waiting"] for each in depths),
        )


@contextmanager
def stand(**settings: str) -> Iterator[Stand]:
    """A service in health, whose golden signals are known."""
    with LocalTarget({**DEMO_SETTINGS, **SETTINGS, **settings}) as target:
        system = target.start()
        until(lambda: all(_ready(address) for address in system.addresses), "every instance is ready")
        state = TargetState(document_ids=[_created(system, f"Document {number}") for number in range(DOCUMENTS)])
        with Load(system.addresses, yardstick=f"{system.simulator}/identity", state=state) as load:
            yield Stand(system, load, target.database(system.part))


def until(happened: Callable[[], object], what: str, *, patience: float = PATIENCE) -> None:
    """Wait for what should happen."""
    give_up_at = time.monotonic() + patience
    while not happened():
        assert time.monotonic() < give_up_at, f"not within {patience:g} s: {what}"
        time.sleep(0.05)


def _ready(address: str) -> bool:
    try:
        call("GET", f"{address}/health/ready")
    except ControlError:
        return False
    return True


def _created(system: System, title: str) -> str:
    document = {"title": title, "text": f"The text of {title}."}
    created: str = call("POST", f"{system.addresses[0]}/api/documents", body=document)["id"]
    return created
