"""Settings are read from the environment; whatever is wrong with them is told at once."""

from datetime import timedelta
from pathlib import Path

import pytest

from service.settings.settings import Settings, SettingsError, declared, misspelt
from service.settings.variable import REQUIRED
from tests.service.refused_settings import ENOUGH, problems_of


def test_the_provider_key_alone_is_enough() -> None:
    settings = Settings.from_environment(ENOUGH)
    assert settings.openai_api_key == "provider-key"
    assert settings.port == 8000
    assert settings.breaker_window == timedelta(seconds=30)
    assert settings.use_reliability_system is False


def test_every_default_is_what_its_own_declaration_expects() -> None:
    for _, variable in declared():
        if variable.default is not REQUIRED:
            variable.parse(str(variable.default))


def test_all_problems_come_at_once_each_with_name_value_and_expectation() -> None:
    with pytest.raises(SettingsError) as raised:
        Settings.from_environment(
            {
                "PORT": "65536",
                "USE_RELIABILITY_SYSTEM": "yes",
                "BREAKER_FAILURE_RATE_THRESHOLD": "1.5",
                "BREAKER_WINDOW_SECONDS": "",
                "DRAIN_SECONDS": "nan",
                "OPENAI_BASE_URL": "api.openai.com",
            }
        )
    assert raised.value.problems == [
        "PORT is 65536; expected a whole number from 0 to 65535",
        "DRAIN_SECONDS is nan; expected seconds, from 0.001 to 600",
        "USE_RELIABILITY_SYSTEM is yes; expected true or false",
        "OPENAI_BASE_URL is api.openai.com; expected an absolute http or https address without a user and a password",
        "OPENAI_API_KEY is missing; expected printable ASCII without spaces",
        "BREAKER_WINDOW_SECONDS is empty; expected seconds, from 0.001 to 3600",
        "BREAKER_FAILURE_RATE_THRESHOLD is 1.5; expected a ratio in (0, 1]",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "-1"),
        ("PORT", "80.5"),
        ("PORT", "8_000"),
        ("PORT", "http"),
        ("HOST", ""),
        ("ENVIRONMENT", ""),
        ("ENVIRONMENT", "größe"),
        ("ENVIRONMENT", "two words"),
        ("INSTANCE_ID", "two words"),
        ("INSTANCE_ID", "x" * 65),
        ("BREAKER_MINIMUM_CALLS", "0"),
        ("RETRY_BUDGET_RATIO", "0"),
        ("RETRY_BUDGET_RATIO", "inf"),
        ("RETRY_BUDGET_RATIO", "half"),
        ("QUEUE_VISIBILITY_SECONDS", "0"),
        ("QUEUE_VISIBILITY_SECONDS", "-1"),
        ("OPENAI_BASE_URL", "ftp://provider"),
        ("OPENAI_BASE_URL", "http://"),
        ("OPENAI_BASE_URL", "http://provider:port"),
        ("OPENAI_BASE_URL", "http://provider:0"),
        ("OPENAI_BASE_URL", "http://pro vider"),
        ("OPENAI_BASE_URL", " http://provider"),
        ("DATABASE_PATH", ":memory:"),
        ("BREAKER_OPEN_SECONDS", "1e-9"),
        ("RETRY_BACKOFF_SECONDS", "0.0009"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_its_name(name: str, value: str) -> None:
    (problem,) = problems_of(**{name: value})
    assert problem.startswith(f"{name} is {value or 'empty'}; expected ")


def test_settings_that_contradict_each_other_are_refused() -> None:
    assert problems_of(EMBEDDINGS_ATTEMPT_TIMEOUT_SECONDS="6", RETRY_BACKOFF_SECONDS="4", FAULT_INJECTION="true") == [
        "EMBEDDINGS_ATTEMPT_TIMEOUT_SECONDS is 6; expected at most EMBEDDINGS_DEADLINE_SECONDS, which is 5",
        "RETRY_BACKOFF_SECONDS is 4; expected at most RETRY_BACKOFF_MAX_SECONDS, which is 3",
        "OPERATOR_TOKEN is empty; expected a token, since FAULT_INJECTION is true and faults are set with it",
    ]


def test_a_warning_that_would_not_come_before_its_alert_is_refused() -> None:
    assert problems_of(QUEUE_DEPTH_ALERT="50", AI_LATENCY_WARNING_SECONDS="2", MEMORY_WARNING_RATIO="0.95") == [
        "MEMORY_WARNING_RATIO is 0.95; expected at most MEMORY_ALERT_RATIO, which is 0.9",
        "AI_LATENCY_WARNING_SECONDS is 2; expected at most AI_LATENCY_ALERT_SECONDS, which is 1",
        "QUEUE_DEPTH_WARNING is 80; expected at most QUEUE_DEPTH_ALERT, which is 50",
    ]


def test_a_name_that_is_almost_ours_is_pointed_out() -> None:
    assert misspelt({**ENOUGH, "BREAKER_OPEN_SECOND": "3", "HOME": "/root", "PATH": "/bin"}) == [
        "BREAKER_OPEN_SECOND is not a variable of this service; did you mean BREAKER_OPEN_SECONDS?"
    ]


def test_a_misspelt_name_is_pointed_out_beside_the_problem_it_makes() -> None:
    with pytest.raises(SettingsError) as raised:
        Settings.from_environment({"OPENAI_APIKEY": "provider-key"})
    assert raised.value.problems[1:] == [
        "OPENAI_APIKEY is not a variable of this service; did you mean OPENAI_API_KEY?"
    ]


def test_each_variable_is_declared_once() -> None:
    names = [variable.name for _, variable in declared()]
    assert len(names) == len(set(names))


def test_each_variable_is_put_to_use() -> None:
    service = Path(__file__).parents[2] / "service"
    readers = [
        service / "app.py",
        service / "settings" / "configurations.py",
        *(service / "assembly").glob("*.py"),
        *(service / "commands").glob("*.py"),
    ]
    text = "".join(reader.read_text(encoding="utf-8") for reader in readers)
    assert [field for field, _ in declared() if f"settings.{field}" not in text] == []


def test_the_places_on_aws_come_together_or_not_at_all() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(
            {"OPENAI_API_KEY": "k", "DOCUMENTS_TABLE": "d", "EVENT_QUEUES": "painter=https://queue/a"}
        )
    assert caught.value.problems == [
        *(
            f"{name} is empty; expected a value, since DOCUMENTS_TABLE has one"
            for name in ("CONTROL_TABLE", "COUNTS_TABLE", "IDEMPOTENCY_TABLE", "DEAD_LETTER_QUEUES")
        ),
        "EVENT_QUEUES names painter; expected the agents: indexer",
    ]


def test_a_delivery_that_the_pump_on_aws_does_not_wait_for_is_refused() -> None:
    tables = dict.fromkeys(("DOCUMENTS_TABLE", "CONTROL_TABLE", "COUNTS_TABLE", "IDEMPOTENCY_TABLE"), "t")
    queues = dict.fromkeys(("EVENT_QUEUES", "DEAD_LETTER_QUEUES"), "indexer=https://queue/a")
    (problem,) = problems_of(**tables, **queues, EMBEDDINGS_DEADLINE_SECONDS="18.5", DATABASE_DEADLINE_SECONDS="1")
    assert problem == (
        "EMBEDDINGS_DEADLINE_SECONDS is 18.5; expected at most 20 together with twice DATABASE_DEADLINE_SECONDS, which "
        "is 1: the pump on AWS waits no longer for a delivery"
    )
    Settings.from_environment({**ENOUGH, "EMBEDDINGS_DEADLINE_SECONDS": "60"})


@pytest.mark.parametrize("value", ["indexer", "=https://q", "a=https://q,a=https://r", "a=nowhere", ","])
def test_addresses_by_name_are_checked(value: str) -> None:
    with pytest.raises(SettingsError, match=r"EVENT_QUEUES .*; expected pairs name=address"):
        Settings.from_environment({"OPENAI_API_KEY": "k", "EVENT_QUEUES": value})
