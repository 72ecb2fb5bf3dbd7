"""What the simulator can be told when it starts."""

import dataclasses

_LAST_PORT = 65535
_SLOWEST_MEDIAN = 10.0


class InvalidSettingsError(ValueError):
    """Settings that cannot be; `problems` names each wrong option, its value and what was expected."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclasses.dataclass(frozen=True, kw_only=True)
class SimulatorSettings:
    """Ports (0: the kernel chooses), the seed of everything drawn, and the healthy median latency in seconds."""

    port: int = 0
    control_port: int = 0
    seed: int = 1
    latency_median: float = 0.02
    attempts_held: int = 500_000  # a quarter of an hour at 550 a second, about 200 MB

    def __post_init__(self) -> None:
        problems = [
            f"{option} is {port}; expected 0 to {_LAST_PORT}"
            for option, port in (("--port", self.port), ("--control-port", self.control_port))
            if not 0 <= port <= _LAST_PORT
        ]
        if self.port and self.port == self.control_port:
            problems.append(f"--control-port is {self.control_port}, the same as --port; expected another")
        if not 0 <= self.latency_median <= _SLOWEST_MEDIAN:
            problems.append(f"--latency-median-ms is {self.latency_median * 1000:g}; expected 0 to 10000")
        if self.attempts_held < 1:
            problems.append(f"attempts_held is {self.attempts_held}; expected 1 or more")
        if problems:
            raise InvalidSettingsError(problems)
