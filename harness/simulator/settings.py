"""What the simulator can be told when it starts."""

import dataclasses
import ipaddress
import re
from collections.abc import Iterator

LOOPBACK = "127.0.0.1"
_LAST_PORT = 65535
_SLOWEST_MEDIAN = 10.0
_TOKEN = re.compile(r"[!-~]+")


class InvalidSettingsError(ValueError):
    """Settings that cannot be; `problems` names each wrong option, its value and what was expected."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclasses.dataclass(frozen=True, kw_only=True)
class SimulatorSettings:
    """Where it listens (port 0: the kernel chooses), the seed of all it draws, the healthy median latency in seconds.

    `one_port` puts the control API under the provider's port. `api_key` and `control_token`, where set, are asked of
    callers of the provider and of the control API; only on loopback can they be left out.
    """

    host: str = LOOPBACK
    port: int = 0
    control_port: int = 0
    one_port: bool = False
    api_key: str = dataclasses.field(default="", repr=False)
    control_token: str = dataclasses.field(default="", repr=False)
    seed: int = 1
    latency_median: float = 0.02
    attempts_held: int = 500_000  # a quarter of an hour at 550 a second, about 200 MB

    def __post_init__(self) -> None:
        if problems := [*_ports(self), *_host_and_tokens(self), *_others(self)]:
            raise InvalidSettingsError(problems)


def _ports(settings: SimulatorSettings) -> Iterator[str]:
    for option, port in (("--port", settings.port), ("--control-port", settings.control_port)):
        if not 0 <= port <= _LAST_PORT:
            yield f"{option} is {port}; expected 0 to {_LAST_PORT}"
    if settings.one_port and settings.control_port:
        yield f"--control-port is {settings.control_port}; expected none beside --one-port"
    elif settings.port and settings.port == settings.control_port:
        yield f"--control-port is {settings.control_port}, the same as --port; expected another, or --one-port"


def _host_and_tokens(settings: SimulatorSettings) -> Iterator[str]:
    try:
        reached_from_elsewhere = not ipaddress.IPv4Address(settings.host).is_loopback
    except ValueError:
        yield f"--host is {settings.host!r:.60}; expected an IPv4 address"
        return
    for name, token in (("SIMULATOR_API_KEY", settings.api_key), ("SIMULATOR_CONTROL_TOKEN", settings.control_token)):
        if token and not _TOKEN.fullmatch(token):
            yield f"{name} holds what is not printable ASCII, or spaces; expected neither"
        elif not token and reached_from_elsewhere:
            yield f"{name} is not set; expected a secret, since others can reach --host {settings.host}"


def _others(settings: SimulatorSettings) -> Iterator[str]:
    if not 0 <= settings.latency_median <= _SLOWEST_MEDIAN:
        yield f"--latency-median-ms is {settings.latency_median * 1000:g}; expected 0 to 10000"
    if settings.attempts_held < 1:
        yield f"attempts_held is {settings.attempts_held}; expected 1 or more"
