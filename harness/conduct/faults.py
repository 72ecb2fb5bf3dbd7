"""Makes a target's dependencies fail for the length of a phase, by whoever plays the dependency."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping

from harness.plan.fault_text import describe
from harness.plan.scenario import FAULT_LEASE_MARGIN, PROVIDER, Fault, Phase
from harness.record import FaultSpan
from harness.targets.control import call
from harness.targets.system import System


@dataclasses.dataclass(frozen=True, kw_only=True)
class ActiveFault:
    """A fault that everyone who plays it has confirmed."""

    fault: Fault
    phase: str
    since: float  # on the run's clock, before the first of them was asked: a breaker may open before the last confirms
    urls: tuple[str, ...]


class FaultSwitch:
    """Sets and clears the faults of one system."""

    def __init__(self, system: System, *, seed: int, clock: Callable[[], float]) -> None:
        self._system = system
        self._seed = seed
        self._clock = clock
        self._active: list[ActiveFault] = []

    def set(self, phase: Phase) -> None:
        """Set every fault of a phase, each leased for the phase and a margin; ControlError when one is refused."""
        for fault in phase.faults:
            urls = tuple(self._urls(fault))
            body = _body(fault, seconds=phase.seconds + FAULT_LEASE_MARGIN, seed=self._seed)
            since = self._clock()
            for url in urls:
                call("PUT", url, body=body, headers=self._headers(fault))
            self._active.append(ActiveFault(fault=fault, phase=phase.name, since=since, urls=urls))

    def clear(self) -> list[FaultSpan]:
        """Clear every fault and tell when each was active; ControlError when one is still set."""
        spans = []
        while self._active:
            active = self._active[-1]
            cleared_at = self._clock()
            for url in active.urls:
                call("DELETE", url, headers=self._headers(active.fault))
            self._active.pop()
            spans.append(
                FaultSpan(
                    part=self._system.part,
                    phase=active.phase,
                    dependency=active.fault.dependency,
                    fault=describe(active.fault),
                    started_at=active.since,
                    ended_at=cleared_at,
                )
            )
        return spans

    def _headers(self, fault: Fault) -> Mapping[str, str]:
        return self._system.simulator_headers if self._simulated(fault) else self._system.operator_headers

    def _simulated(self, fault: Fault) -> bool:
        return fault.dependency == PROVIDER and self._system.simulator is not None

    def _urls(self, fault: Fault) -> Iterator[str]:
        if self._simulated(fault):
            yield f"{self._system.simulator}/faults/{fault.model or '*'}"
        else:
            yield from (f"{address}/api/ops/faults/{fault.dependency}" for address in self._system.addresses)


def _body(fault: Fault, *, seconds: float, seed: int) -> dict[str, object]:
    return {
        "mode": fault.mode,
        "share": fault.share,
        "per": fault.per,
        "status": fault.status,
        "retry_after": fault.retry_after,
        "latency": fault.latency,
        "period": fault.period,
        "seconds": seconds,
        "seed": seed,
    }
