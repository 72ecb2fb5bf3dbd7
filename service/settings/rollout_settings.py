"""How traffic is moved to a canary."""

import dataclasses
from datetime import timedelta
from typing import Annotated

from service.settings.quantity import integer, ratio, ratios, seconds
from service.settings.variable import text


@dataclasses.dataclass(frozen=True, kw_only=True, repr=False)  # as Settings, of which it is a part
class RolloutSettings:
    """Which canary there is, how it proceeds, and what stops it."""

    embedding_canary_model: Annotated[
        str,
        text(
            "EMBEDDING_CANARY_MODEL",
            "",
            "Model that a rollout moves callers to, with embeddings of the same length; empty: there are no rollouts.",
        ),
    ]
    rollout_steps: Annotated[
        tuple[float, ...],
        ratios("ROLLOUT_STEPS", "0.01,0.1,0.5,1", "Shares of the callers that a rollout moves to the canary, in turn."),
    ]
    rollout_minimum_hold: Annotated[
        timedelta, seconds("ROLLOUT_MINIMUM_HOLD_SECONDS", "60", "Shortest stay on a step of a rollout.")
    ]
    rollout_maximum_duration: Annotated[
        timedelta,
        seconds(
            "ROLLOUT_MAXIMUM_DURATION_SECONDS",
            "900",
            "After so long a step is passed without evidence for it, if nothing speaks against it.",
        ),
    ]
    rollout_minimum_requests: Annotated[
        int,
        integer(
            "ROLLOUT_MINIMUM_REQUESTS",
            "100",
            "Canary requests without which no step is passed by time.",
            unit="requests",
            at_least=1,
            at_most=1_000_000,
        ),
    ]
    slo_error_rate: Annotated[float, ratio("SLO_ERROR_RATE", "0.01", "Share of a canary's requests that may fail.")]
    slo_latency: Annotated[
        timedelta, seconds("SLO_LATENCY_SECONDS", "1", "Latency that 99 % of a canary's requests must not exceed.")
    ]
    slo_first_attempt_failure_rate: Annotated[
        float,
        ratio("SLO_FIRST_ATTEMPT_FAILURE_RATE", "0.05", "Share of a canary's requests whose first attempt may fail."),
    ]
