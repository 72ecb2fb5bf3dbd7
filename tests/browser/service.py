"""A real service, made to fail for real."""

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from harness.targets.control import ControlError, call, exchange
from harness.targets.demo_settings import CANARY_MODEL
from harness.targets.system import System

PATIENCE = 60.0
"""Seconds until a test gives up on a state."""

LEASE = 300
"""Seconds for which a fault is set: longer than a test, and not for ever."""

FIGURES_OLD = 1.2
"""Seconds after which what is shown of the queue is newer than what was done before."""

BREAKERS = ("embeddings:stable", "embeddings:canary", "document_database", "event_queue")

JSON = {"Content-Type": "application/json"}


class Service:
    """A running system; what is asked and looked at is its first instance, which the page looks at too."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.address = system.addresses[0]
        self._callers = 0

    def embed(self, times: int) -> None:
        """As many requests, each of another caller."""
        for _ in range(times):
            self._callers += 1
            self._embed({"X-Caller-Id": f"caller-{self._callers}"})

    def embed_by_stable(self) -> None:
        """One request for the stable variant, wherever the rollout stands."""
        self._embed({"X-Variant": "stable", "Authorization": f"Bearer {self.system.operator_token}"})

    def break_provider(self, model: str = "*") -> None:
        call("PUT", f"{self.system.simulator}/faults/{model}", body={"mode": "error", "seconds": LEASE})

    def mend_provider(self, model: str = "*") -> None:
        call("DELETE", f"{self.system.simulator}/faults/{model}")

    def break_dependency(self, name: str) -> None:
        for address in self.system.addresses:
            self._operate("PUT", f"{address}/api/ops/faults/{name}", {"mode": "error", "seconds": LEASE})

    def mend_dependency(self, name: str) -> None:
        for address in self.system.addresses:
            self._operate("DELETE", f"{address}/api/ops/faults/{name}", None)

    def breaker(self, name: str, verb: str, reason: str = "a test") -> None:
        self._operate("POST", f"{self.address}/api/ops/circuit-breakers/{name}/{verb}", {"reason": reason})

    def rollout(self, verb: str, reason: str = "a test") -> None:
        self._operate("POST", f"{self.address}/api/ops/rollouts/embeddings/{verb}", {"reason": reason})

    def lever(self, path: str, **wish: object) -> None:
        """Set a mode, a quarantine or a flag."""
        self._operate("PUT", f"{self.address}/api/ops/{path}", {"reason": "a test", **wish})

    def publish(self, document: str) -> None:
        """An event of a document; the indexer refuses it as often as it is delivered when there is none."""
        call("POST", f"{self.address}/api/events", body={"topic": "document.created", "document_id": document})

    def add_document(self) -> str:
        """One of which an event is published and dealt with."""
        document: str = call("POST", f"{self.address}/api/documents", body={"title": "a", "text": "a"})["id"]
        return document

    def discard_dead_letters(self) -> None:
        letters = call("GET", f"{self.address}/api/ops/dead-letters", headers=self.system.operator_headers)
        if ids := [each["id"] for each in letters["dead_letters"]]:
            self._operate("POST", f"{self.address}/api/ops/agents/indexer/discard", {"reason": "a test", "ids": ids})

    def shows_queue(self, **expected: int) -> None:
        """Until the queue of the indexer has as many of each."""
        self._until(lambda: {name: self._queue()[name] for name in expected} == expected)

    def empties_the_queue(self) -> None:
        """Until nothing waits and nothing is dead, twice in a row: figures of the queue may be a second old."""
        for _ in range(2):
            self._until(self._emptied)
            time.sleep(FIGURES_OLD)

    def _emptied(self) -> bool:
        self.discard_dead_letters()
        queue = self._queue()
        return not queue["waiting"] and not queue["dead_letters"]

    def mend(self) -> None:
        """Whatever was done to it, undo it."""
        for model in ("*", CANARY_MODEL):
            self.mend_provider(model)
        for dependency in ("document_database", "event_queue"):
            self.mend_dependency(dependency)
        for breaker in BREAKERS:
            self.breaker(breaker, "reset")
        self._until(self._closes_the_breakers)
        with suppress(ControlError):  # there may be none that can be rolled back
            self.rollout("roll-back")
        for verb in ("start", "promote", "promote"):  # and one that succeeded is all well
            self.rollout(verb)
        for gate in ("document_database", "event_queue", "embeddings"):
            self.shows_gate(gate, ready=True)

    def _closes_the_breakers(self) -> bool:
        """Again as long as one is open anywhere: a call that was under way may yet open it."""
        told = call("GET", f"{self.address}/api/observability/circuit-breakers?scope=fleet")["instances"]
        breakers = [each for of in told for each in of["circuit_breakers"]]
        for name in {each["name"] for each in breakers if each["state"] != "closed"}:
            self.breaker(name, "reset")
        return len(told) == len(self.system.addresses) and all(each["state"] == "closed" for each in breakers)

    def shows_breaker(self, name: str, state: str, *, after: Callable[[], object] = lambda: None) -> None:
        """Until the API shows it; `after` is done before each look."""
        self._until(lambda: (after(), self._named("circuit-breakers", "circuit_breakers", name)["state"] == state)[1])

    def shows_gate(self, name: str, *, ready: bool) -> None:
        """Of every instance."""

        def shown() -> bool:
            gates = self._of_all("health-gates", "health_gates", name)
            return len(gates) == len(self.system.addresses) and all(gate["ready"] is ready for gate in gates)

        self._until(shown)

    def works_by_it_everywhere(self) -> None:
        """Until every instance knows what was set; a request has it look."""

        def known() -> bool:
            for address in self.system.addresses:
                exchange("GET", f"{address}/api/documents/none", headers={})
            found = call("GET", f"{self.address}/api/ops/instances", headers=self.system.operator_headers)
            return all(each["versions"] == found["documents"] for each in found["instances"])

        self._until(known)

    def tells_of_all(self) -> None:
        """Until every instance has told of itself: each does while somebody asks, an idle one every few seconds."""
        path = f"{self.address}/api/observability/watchdogs?scope=fleet"
        self._until(lambda: len(call("GET", path)["instances"]) == len(self.system.addresses))

    def shows_rollout(self, status: str, *, after: Callable[[], object] = lambda: None) -> None:
        self._until(lambda: (after(), self._named("rollouts", "rollouts", "embeddings")["status"] == status)[1])

    def _embed(self, headers: Mapping[str, str]) -> None:
        exchange("POST", f"{self.address}/api/embeddings", body=b'{"text": "a"}', headers={**JSON, **headers})

    def _of_all(self, path: str, member: str, name: str) -> list[dict[str, Any]]:
        told = call("GET", f"{self.address}/api/observability/{path}?scope=fleet")["instances"]
        return [each for of in told for each in of[member] if each["name"] == name]

    def _named(self, path: str, member: str, name: str) -> dict[str, Any]:
        all_of_them: Iterable[dict[str, Any]] = call("GET", f"{self.address}/api/observability/{path}")[member]
        return next(each for each in all_of_them if each["name"] == name)

    def _queue(self) -> dict[str, Any]:
        queue: dict[str, Any] = call("GET", f"{self.address}/api/observability/watchdogs")["queue_depth"][0]
        return queue

    def _operate(self, method: str, url: str, body: object) -> None:
        call(method, url, body=body, headers=self.system.operator_headers)

    @staticmethod
    def _until(shown: Callable[[], bool]) -> None:
        give_up_at = time.monotonic() + PATIENCE
        while True:
            try:
                if shown():
                    return
            except ControlError as error:
                failure: object = error
            else:
                failure = "it shows another state"
            assert time.monotonic() < give_up_at, failure
            time.sleep(0.05)
