"""What the runner knows of a running system: where it listens, who it is, and how to make its dependencies fail."""

import dataclasses

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
    others: frozenset[str] = frozenset()  # instances of another part that use the same simulator
    operator_token: str = dataclasses.field(default="", repr=False)


def identify(address: str) -> Identity:
    """Ask who listens at an address.

    Raises:
        ControlError: nobody answers.
        TargetRefusedError: it is something else.
    """
    answer = call("GET", f"{address}/identity")
    try:
        return msgspec.convert(answer, Identity)
    except msgspec.ValidationError as error:
        raise TargetRefusedError(f"{address} is no Ballast: its identity says {answer!r:.200}.") from error
