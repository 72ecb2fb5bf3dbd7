"""When an instance is ready."""

import dataclasses
from datetime import timedelta
from typing import Annotated

from service.settings.quantity import integer, seconds


@dataclasses.dataclass(frozen=True, kw_only=True, repr=False)  # as Settings, of which it is a part
class HealthGateSettings:
    """The rhythm of the health gates."""

    health_gate_interval: Annotated[
        timedelta, seconds("HEALTH_GATE_INTERVAL_SECONDS", "5", "Time between two rounds of the health gates.")
    ]
    health_check_timeout: Annotated[
        timedelta, seconds("HEALTH_CHECK_TIMEOUT_SECONDS", "1", "Longest check of a health gate.")
    ]
    health_gate_passes: Annotated[
        int,
        integer(
            "HEALTH_GATE_PASSES",
            "3",
            "Consecutive passes that open a health gate.",
            unit="checks",
            at_least=1,
            at_most=100,
        ),
    ]
