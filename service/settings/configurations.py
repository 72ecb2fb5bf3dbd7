"""What the settings mean to each package: its own small configuration."""

import secrets
from collections.abc import Mapping
from datetime import timedelta

from service.dependencies.delivery import PumpConfig
from service.dependencies.guards import GuardsConfig, Limits
from service.dependencies.provider_config import ProviderConfig
from service.notification.webhook import WebhookConfig
from service.reliability.circuit_breaker_config import CircuitBreakerConfig
from service.reliability.feature_flag import Flag
from service.reliability.health_gate import HealthGatesConfig
from service.reliability.retry import RetryPolicy
from service.reliability.rollout_config import RolloutConfig
from service.settings.settings import Settings
from service.store.aws import AwsConfig
from service.store.sqlite_file import SqliteConfig
from service.watchdogs.config import Figure, Thresholds, WatchdogsConfig
from service.workload.flags import PROVIDER_EMBEDDINGS
from service.workload.indexer import AGENT

CONTROL_BUSY = timedelta(milliseconds=150)  # less than a request waits for the control copy
AWS_CONTROL_TIMEOUT = timedelta(seconds=1)  # whoever reads waits for less, whoever writes for more
AWS_MIGRATIONS_TIMEOUT = timedelta(seconds=2)
BUSY_SHARE = 0.8  # of an attempt's timeout may pass in waiting for another's lock, so that SQLite gives up before we do


def guards_config(settings: Settings) -> GuardsConfig:
    """What the guards have in common."""
    return GuardsConfig(
        guarded=settings.use_reliability_system,
        fault_injection=settings.fault_injection,
        breaker=CircuitBreakerConfig(
            failure_rate_threshold=settings.breaker_failure_rate_threshold,
            minimum_calls=settings.breaker_minimum_calls,
            window=settings.breaker_window,
            buckets=settings.breaker_buckets,
            consecutive_failures=settings.breaker_consecutive_failures,
            slow_call_rate_threshold=settings.breaker_slow_call_rate_threshold,
            open_duration=settings.breaker_open,
            max_probes=settings.breaker_max_probes,
            successes_to_close=settings.breaker_successes_to_close,
            half_open_timeout=settings.breaker_half_open_timeout,
        ),
        retry=RetryPolicy(
            max_retries=settings.retry_max_retries,
            backoff=settings.retry_backoff,
            backoff_max=settings.retry_backoff_max,
        ),
        retry_budget_minimum=settings.retry_budget_minimum,
        retry_budget_ratio=settings.retry_budget_ratio,
    )


def embeddings_limits(settings: Settings) -> Limits:
    """The times of the embeddings provider."""
    return Limits(
        slow_call=settings.embeddings_slow_call,
        attempt_timeout=settings.embeddings_attempt_timeout,
        deadline=settings.embeddings_deadline,
    )


def database_limits(settings: Settings) -> Limits:
    """The times of the document database."""
    return Limits(
        slow_call=settings.database_slow_call,
        attempt_timeout=settings.database_attempt_timeout,
        deadline=settings.database_deadline,
    )


def queue_limits(settings: Settings) -> Limits:
    """The times of the event queue."""
    return Limits(
        slow_call=settings.queue_slow_call,
        attempt_timeout=settings.queue_attempt_timeout,
        deadline=settings.queue_deadline,
    )


def provider_config(settings: Settings) -> ProviderConfig:
    """Where the provider is and what is asked of it."""
    return ProviderConfig(
        base_url=settings.openai_base_url,
        api_key=settings.openai_api_key,
        dimensions=settings.embedding_dimensions,
    )


def documents_config(settings: Settings) -> SqliteConfig:
    """The file as the document database uses it."""
    return _sqlite_config(settings, threads=4, attempt_timeout=settings.database_attempt_timeout)


def events_config(settings: Settings) -> SqliteConfig:
    """The file as the event queue uses it: with threads of its own, so that neither starves the other."""
    return _sqlite_config(settings, threads=2, attempt_timeout=settings.queue_attempt_timeout)


def aws_documents_config(settings: Settings) -> AwsConfig:
    """DynamoDB as the document database uses it."""
    return AwsConfig(threads=16, timeout=settings.database_attempt_timeout * BUSY_SHARE)


def aws_events_config(settings: Settings) -> AwsConfig:
    """SQS, and DynamoDB for its keys, as the event queue uses them."""
    return AwsConfig(threads=8, timeout=settings.queue_attempt_timeout * BUSY_SHARE)


def aws_migrations_config() -> AwsConfig:
    """DynamoDB as migrations use it: one call after the other."""
    return AwsConfig(threads=1, timeout=AWS_MIGRATIONS_TIMEOUT)


def pump_config(settings: Settings, *, instance: str) -> PumpConfig:
    """Of the indexer's pump; nobody else needs to know a token that is not set."""
    return PumpConfig(
        agent=AGENT,
        token=settings.internal_token or secrets.token_urlsafe(32),
        instance=instance,
        timeout=settings.delivery_timeout,
        visibility=settings.queue_visibility,
    )


def origin_secrets(settings: Settings) -> list[str]:
    """Each secret that shows that a request came through the edge; none: it may come from anywhere."""
    return [held for held in (settings.origin_secret_a, settings.origin_secret_b) if held]


def shown_to_anybody(settings: Settings) -> bool:
    """Whether figures need no token: nobody but this machine reaches them, and no viewer's token was set."""
    return settings.bound_to_loopback and not settings.viewer_tokens


def gates_config(settings: Settings) -> HealthGatesConfig:
    """The rhythm of the health gates."""
    return HealthGatesConfig(
        interval=settings.health_gate_interval,
        check_timeout=settings.health_check_timeout,
        passes=settings.health_gate_passes,
    )


def rollout_config(settings: Settings) -> RolloutConfig:
    """How rollouts proceed."""
    return RolloutConfig(
        steps=settings.rollout_steps,
        minimum_hold=settings.rollout_minimum_hold,
        maximum_duration=settings.rollout_maximum_duration,
        minimum_requests=settings.rollout_minimum_requests,
        error_rate=settings.slo_error_rate,
        slow_above=settings.slo_latency,
        first_attempt_failure_rate=settings.slo_first_attempt_failure_rate,
    )


def flags(settings: Settings) -> Mapping[Flag, bool | None]:
    """Each flag that there is, and what the environment makes of it."""
    return {PROVIDER_EMBEDDINGS: settings.provider_embeddings}


def control_config(settings: Settings) -> SqliteConfig:
    """The file of the control store and, without a Redis, of the count board."""
    return SqliteConfig(path=settings.database_path, threads=2, busy_timeout=CONTROL_BUSY)


def aws_control_config() -> AwsConfig:
    """DynamoDB as the control store and the count board use it."""
    return AwsConfig(threads=4, timeout=AWS_CONTROL_TIMEOUT)


def watchdogs_config(settings: Settings) -> WatchdogsConfig:
    """From where on figures warn and alert."""
    return WatchdogsConfig(
        thresholds={
            Figure.EVENT_LOOP_DELAY: _seconds(settings.event_loop_delay_warning, settings.event_loop_delay_alert),
            Figure.MEMORY: Thresholds(warning=settings.memory_warning, alert=settings.memory_alert),
            Figure.REQUEST_SATURATION: Thresholds(warning=settings.saturation_warning, alert=settings.saturation_alert),
            Figure.THREAD_SATURATION: Thresholds(warning=settings.saturation_warning, alert=settings.saturation_alert),
            Figure.AI_LATENCY: _seconds(settings.ai_latency_warning, settings.ai_latency_alert),
            Figure.QUEUE_DEPTH: Thresholds(warning=settings.queue_depth_warning, alert=settings.queue_depth_alert),
            Figure.QUEUE_AGE: _seconds(settings.queue_age_warning, settings.queue_age_alert),
            Figure.DEAD_LETTERS: Thresholds(warning=settings.dead_letters_warning, alert=settings.dead_letters_alert),
            Figure.DEAD_LETTER_RATE: Thresholds(
                warning=settings.dead_letters_per_minute_warning, alert=settings.dead_letters_per_minute_alert
            ),
        },
        request_capacity=settings.request_capacity,
        recovery_ratio=settings.watchdog_recovery,
        hold=settings.watchdog_hold,
    )


def webhook_config(settings: Settings) -> WebhookConfig:
    """Who is told of changes."""
    return WebhookConfig(
        url=settings.webhook_url,
        key=settings.webhook_secret,
        per_minute=settings.webhook_per_minute,
        runbooks_url=settings.runbooks_url,
    )


def _seconds(warning: timedelta, alert: timedelta) -> Thresholds:
    return Thresholds(warning=warning.total_seconds(), alert=alert.total_seconds())


def _sqlite_config(settings: Settings, *, threads: int, attempt_timeout: timedelta) -> SqliteConfig:
    return SqliteConfig(path=settings.database_path, threads=threads, busy_timeout=attempt_timeout * BUSY_SHARE)
