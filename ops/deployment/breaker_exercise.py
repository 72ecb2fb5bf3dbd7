"""A breaker of the running service driven open and closed, by a fault that ends by itself."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from ops.deployment.door import Answer, Door
from ops.errors import NotDeployedError, OperationError
from ops.exit_codes import Exit

DEPENDENCY = "embeddings"
"""It has a fallback: callers are answered all the while."""

FAULT = f"/api/ops/faults/{DEPENDENCY}"
BREAKERS = "/api/observability/circuit-breakers"

LEASE = 5.0
"""Seconds after which the fault ends by itself, should we be killed."""

CALLS = 6
"""Requests between two looks: more than the consecutive failures that open a breaker."""

PAUSE = 0.5  # seconds between two looks while the breaker is open
BETWEEN = 0.05  # seconds between two tries to meet an instance
TRIES = 20  # requests until an instance is met
OPEN_LIMIT = 60.0  # seconds
CLOSE_LIMIT = 180.0  # seconds; a breaker is open for 60 s before it probes, unless it is configured otherwise


@dataclass(frozen=True, kw_only=True)
class Exercised:
    """What the breaker did; None: not within the limit."""

    breaker: str
    opened_after: float | None  # seconds from the fault
    closed_after: float | None  # seconds from the fault's end


class BreakerExercise:
    """Asks through one door, as an operator. The fault is taken back in any case, also on Ctrl-C."""

    def __init__(
        self, door: Door, *, operator_token: str, viewer_token: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._door = door
        self._sleep = sleep
        self._operator_token = operator_token
        self._viewer_token = viewer_token
        self._unheard = False  # whether a fault may be set on an instance that no answer told of
        self._set_on: set[str] = set()  # instances that were asked to play it, and are asked to stop
        self._open_on: dict[str, set[str]] = {}  # by instance, the breakers that were open at the last look

    def run(self) -> Exercised:
        """Drive it open, then wait until it is closed. Raises NotDeployedError when the service allows no faults."""
        self._look()
        if already := self._open():
            raise OperationError(f"{', '.join(sorted(already))} is open already, without our doing.", Exit.REFUSED)
        began = time.monotonic()
        try:
            opened = self._driven_open(began + OPEN_LIMIT)
        finally:
            self._take_back()
        ended = time.monotonic()
        if not opened:
            return Exercised(breaker=DEPENDENCY, opened_after=None, closed_after=None)
        closed = self._closed(ended + CLOSE_LIMIT)
        return Exercised(
            breaker=", ".join(sorted(opened)),
            opened_after=ended - began,
            closed_after=time.monotonic() - ended if closed else None,
        )

    def _driven_open(self, give_up_at: float) -> set[str]:
        while time.monotonic() < give_up_at:
            self._set_fault()
            for _ in range(CALLS):
                self._call()
            if not self._until_met(self._look, self._set_on):
                self._set_on.clear()
            if opened := self._open():
                return opened
        return set()

    def _closed(self, give_up_at: float) -> bool:
        opened = {instance for instance, breakers in self._open_on.items() if breakers}
        while open_on := {instance for instance, breakers in self._open_on.items() if breakers}:
            if time.monotonic() >= give_up_at:
                return False
            self._sleep(PAUSE)
            for instance in sorted(open_on):  # each by itself: in turns, calls might all meet one and looks another
                self._until_met(self._call, {instance})  # a breaker probes with somebody's request
                if not self._until_met(self._look, {instance}):
                    self._open_on.pop(instance, None)  # the platform has replaced it, and its breakers with it
        if opened.isdisjoint(self._open_on):
            raise OperationError("No instance whose breaker opened is met any more; it was replaced.", Exit.TIMEOUT)
        return True

    def _until_met(self, ask: Callable[[], str], instances: set[str]) -> bool:
        """Ask until one of the instances answers: a balancer that goes in turns may lead elsewhere each time."""
        for _ in range(TRIES):
            if ask() in instances:
                return True
            self._sleep(BETWEEN)
        return False

    def _set_fault(self) -> None:
        fault = {"mode": "error", "seconds": LEASE}
        self._unheard = True
        answer = self._door.ask(FAULT, method="PUT", token=self._operator_token, body=fault)
        if answer.status == HTTPStatus.OK:
            self._set_on.add(_instance(answer))
        self._unheard = False
        if answer.status == HTTPStatus.NOT_FOUND:
            raise NotDeployedError(f"the service allows no faults: {answer.detail}")
        _expect_ok(answer, f"PUT {FAULT}")

    def _take_back(self) -> None:
        """From every instance that is met; what is left ends with its lease, within seconds."""
        for _ in range(TRIES):
            if not self._set_on and not self._unheard:
                return
            self._set_on.discard(_instance(self._door.ask(FAULT, method="DELETE", token=self._operator_token)))
            self._sleep(BETWEEN)

    def _call(self) -> str:
        return _instance(self._door.ask("/api/embeddings", method="POST", body={"text": "ops verify-deployment"}))

    def _look(self) -> str:
        answer = self._door.ask(BREAKERS, token=self._viewer_token)
        _expect_ok(answer, f"GET {BREAKERS}")
        told = answer.document().get("circuit_breakers")
        instance = _instance(answer)
        self._open_on[instance] = {
            str(breaker["name"])
            for breaker in (told if isinstance(told, list) else [])
            if str(breaker["name"]).startswith(DEPENDENCY) and breaker["state"] != "closed"
        }
        return instance

    def _open(self) -> set[str]:
        return set().union(*self._open_on.values())


def _instance(answer: Answer) -> str:
    return answer.headers.get("x-instance-id", "")


def _expect_ok(answer: Answer, request: str) -> None:
    if answer.status != HTTPStatus.OK:
        raise OperationError(f"{request} was answered {answer.status}: {answer.detail}", Exit.REFUSED)
