"""Which model fails how, by which lease."""

from collections.abc import Collection, Mapping

from harness.plan.scenario import FaultMode
from harness.simulator.fault import Fault, InvalidFaultError
from harness.simulator.leased_fault import LeasedFault

EVERY_MODEL = "*"


class FaultBoard:
    """The faults that are set, at most one for each model and one for all of them. `now` is in seconds of one clock.

    `port_closes`: whether the port of the provider can be closed, since it is the provider's alone.
    """

    def __init__(self, models: Collection[str], *, port_closes: bool) -> None:
        self._port_closes = port_closes
        self._names = (EVERY_MODEL, *models)
        self._leases: dict[str, LeasedFault] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """What a fault can be set on."""
        return self._names

    def put(self, model: str, fault: Fault, *, now: float) -> LeasedFault:
        """Set the fault of `model`, in the place of the one it had.

        Raises:
            InvalidFaultError: when this fault cannot be set on this model.
        """
        if fault.mode is FaultMode.REFUSE and model != EVERY_MODEL:
            raise InvalidFaultError([f"mode is refuse on model {model}; expected model *, since all share one port"])
        if fault.mode is FaultMode.REFUSE and not self._port_closes:
            raise InvalidFaultError(
                ["mode is refuse; expected another: provider and control API share one port here, which stays open"]
            )
        self._leases[model] = LeasedFault(fault=fault, since=now)
        return self._leases[model]

    def clear(self, model: str, *, now: float) -> bool:
        """Take back the fault of `model`; False when none was running."""
        lease = self._leases.pop(model, None)
        return lease is not None and not lease.expired(now)

    def leases(self, *, now: float) -> Mapping[str, LeasedFault]:
        """The faults whose lease runs, by model."""
        return {model: lease for model, lease in self._leases.items() if not lease.expired(now)}

    def met_by(self, model: str, *, now: float, request_id: str, attempt: int) -> Fault | None:
        """The fault that this attempt meets: the model's own while its lease runs, else the one on every model."""
        for name in (model, EVERY_MODEL):
            lease = self._leases.get(name)
            if lease is not None and not lease.expired(now):
                met = lease.meets(now=now, request_id=request_id, attempt=attempt)
                return lease.fault if met else None
        return None

    def refusal(self) -> LeasedFault | None:
        """The lease, if any, under which no connection is taken while it is on."""
        lease = self._leases.get(EVERY_MODEL)
        return lease if lease is not None and lease.fault.mode is FaultMode.REFUSE else None
