"""A target that others started: any address that a person may load."""

from typing import Self

from harness.plan.scenario import Scenario
from harness.record import Part
from harness.targets.identity import TargetRefusedError, check_target
from harness.targets.system import System, bearer, identify


class RemoteTarget:
    """The service at one address. It has no twin, and whoever started it stops it."""

    def __init__(
        self,
        address: str,
        scenario: Scenario,
        *,
        owned: bool,
        operator_token: str,
        simulator: tuple[str, str] | None = None,
    ) -> None:
        """`owned`: a person vouches that this target may be loaded. The token lets us set its faults.

        `simulator` is the control address of the simulated provider that it uses, and the token there.
        """
        self._address = address.rstrip("/")
        self._scenario = scenario
        self._owned = owned
        self._operator_token = operator_token
        self._simulator = simulator

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def start(self) -> System:
        """Check who is there; TargetRefusedError when it must not be loaded, or cannot be made to fail."""
        identity = identify(self._address)
        check_target(self._address, identity, owned=self._owned)
        if not self._operator_token and any(phase.faults for phase in self._scenario.phases):
            raise TargetRefusedError(
                f"{self._scenario.name} sets faults; set BALLAST_OPERATOR_TOKEN to the OPERATOR_TOKEN there."
            )
        control, token = self._simulator or (None, "")
        return System(
            part=Part.MAIN,
            addresses=(self._address,),
            identities=(identity,),
            simulator=control,
            simulator_headers=bearer(token),
            operator_token=self._operator_token,
        )

    def start_contrast(self) -> System | None:
        """There is no twin."""
        return None

    def restart(self, instance: int) -> None:
        """Not ours to do."""

    def cpu_seconds(self, _: Part) -> float | None:
        """Nobody tells us."""
        return None

    def ended(self) -> str:
        """Whoever started the target watches it; that it is out of reach shows at its witnesses."""
        return ""
