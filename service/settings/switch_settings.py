"""What an instance does at all."""

import dataclasses
from typing import Annotated

from service.settings.variable import flag


@dataclasses.dataclass(frozen=True, kw_only=True, repr=False)  # as Settings, of which it is a part
class SwitchSettings:
    """The switches of a deployment."""

    use_reliability_system: Annotated[
        bool,
        flag(
            "USE_RELIABILITY_SYSTEM",
            "Turns on the startup graph, guards and golden signals; without it the same handlers run plainly.",
        ),
    ]
    load_tests_allowed: Annotated[
        bool, flag("LOAD_TESTS_ALLOWED", "Whether a load test may take this service as its target.")
    ]
    fault_injection: Annotated[
        bool,
        flag(
            "FAULT_INJECTION", "Allows faults to be set over the operator API, and logs each attempt on a dependency."
        ),
    ]
