"""The names of the parts: those of the startup graph, of breakers, gates and rollouts."""

EMBEDDINGS, DOCUMENT_DATABASE, EVENT_QUEUE, CONTROL_STORE = (
    "embeddings",
    "document_database",
    "event_queue",
    "control_store",
)
HEALTH_GATES, FLEET_SIGNALS, COUNT_BOARD = "health_gates", "fleet_signals", "count_board"
EMBEDDED_METRICS = "embedded_metrics"
WATCHDOGS, WEBHOOK = "watchdogs", "webhook"
MIGRATIONS = "migrations"
