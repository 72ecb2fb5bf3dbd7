"""What the runner knows of a running system: where it listens, who it is, and how to make its dependencies fail."""

import dataclasses
from collections.abc import Mapping

import msgspec

from harness.record import Part
from harness.targets.control import call
from harness.targets.identity import Identity, TargetRefusedError


@dataclasses.dataclass(frozen=True, kw_only=True)
class System:
    """A running service, as one part of a run meets it."""

    part: Part
    addresses: tuple[str, ...]
    identities: tuple[Identity, ...]  # in the order of the addresses
    simulator: str | None  # the control address of the simulated provider
    simulator_headers: Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)
    others: frozenset[str] = frozenset()  # instances of another part that use the same simulator
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)  # of every request to the service
    operator_token: str = dataclasses.field(default="", repr=False)

    @property
    def operator_headers(self) -> Mapping[str, str]:
        """Of a request that an operator makes, who may look as well; without a token, of anybody's."""
        return {**self.headers, **bearer(self.operator_token)}


def bearer(token: str) -> Mapping[str, str]:
    """The header that carries a token; none for an empty one."""
    return {"Authorization": f"Bearer {token}"} if token else {}


def identify(address: str, *, headers: Mapping[str, str] | None = None) -> Identity:
    """Ask who listens at an address.

    Raises:
        ControlError: nobody answers.
        TargetRefusedError: it is something else.
    """
    answer = call("GET", f"{address}/identity", headers=headers or {})
    try:
        return msgspec.convert(answer, Identity)
    except msgspec.ValidationError as error:
        raise TargetRefusedError(f"{address} is no Ballast: its identity says {answer!r:.200}.") from error
