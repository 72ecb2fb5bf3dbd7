"""Settings under which the local target runs: production's rules, with times that a demonstration can wait for."""

from types import MappingProxyType

CANARY_MODEL = "text-embedding-3-large"
"""What a rollout moves callers to; one of those that the simulator plays."""

DEMO_SETTINGS = MappingProxyType(
    {
        "BREAKER_WINDOW_SECONDS": "5",
        "BREAKER_OPEN_SECONDS": "3",
        "BREAKER_HALF_OPEN_TIMEOUT_SECONDS": "3",
        "EMBEDDINGS_SLOW_CALL_SECONDS": "0.25",
        "DATABASE_SLOW_CALL_SECONDS": "0.25",
        "QUEUE_SLOW_CALL_SECONDS": "0.25",
        "EMBEDDINGS_ATTEMPT_TIMEOUT_SECONDS": "0.5",
        "EMBEDDINGS_DEADLINE_SECONDS": "1.5",
        "HEALTH_GATE_INTERVAL_SECONDS": "1",
        "HEALTH_CHECK_TIMEOUT_SECONDS": "0.5",
        "EMBEDDING_CANARY_MODEL": CANARY_MODEL,
        "ROLLOUT_STEPS": "0.1,0.5,1",
        "ROLLOUT_MINIMUM_HOLD_SECONDS": "5",
        "ROLLOUT_MAXIMUM_DURATION_SECONDS": "20",
        "ROLLOUT_MINIMUM_REQUESTS": "50",
        "SLO_LATENCY_SECONDS": "0.4",
        "QUEUE_VISIBILITY_SECONDS": "5",
        "QUEUE_MAX_RECEIVES": "3",
    }
)
"""Every override of production's defaults; a report lists them, with those of the scenario."""
