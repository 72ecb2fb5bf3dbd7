from datetime import timedelta
from pathlib import Path

import pytest

from service.settings.settings import Settings, SettingsError, declared, misspelt
from service.settings.variable import REQUIRED

ENOUGH = {"OPENAI_API_KEY": "provider-key"}


def problems_of(**variables: str) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        Settings.from_environment({**ENOUGH, **variables})
    return raised.value.problems


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


def test_a_secret_is_not_shown_when_it_is_wrong() -> None:
    (problem,) = problems_of(INTERNAL_TOKEN="pass word")
    assert problem == "INTERNAL_TOKEN has a value, not shown; expected printable ASCII without spaces"


TOKENS = "expected printable ASCII without spaces: one token, or two different ones separated by a comma"


def test_a_token_may_stand_beside_the_one_that_takes_its_place() -> None:
    settings = Settings.from_environment({**ENOUGH, "OPERATOR_TOKEN": "goes,comes", "VIEWER_TOKEN": "looks"})
    assert (settings.operator_tokens, settings.viewer_tokens) == (("goes", "comes"), ("looks",))
    assert Settings.from_environment(ENOUGH).operator_tokens == ()


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("one,two,three", "holds 3 tokens, not shown"),
        ("one,", "has a comma with no token on one side of it"),
        (",one", "has a comma with no token on one side of it"),
        (",", "has a comma with no token on one side of it"),
        ("one,one", "holds the same token twice, not shown"),
        ("one, two", "has a value, not shown"),
        ("töken", "has a value, not shown"),
    ],
)
@pytest.mark.parametrize("name", ["OPERATOR_TOKEN", "VIEWER_TOKEN"])
def test_tokens_that_cannot_be_are_refused_and_not_shown(name: str, value: str, found: str) -> None:
    assert problems_of(**{name: value}) == [f"{name} {found}; {TOKENS}"]


def test_a_token_of_operators_is_none_of_viewers() -> None:
    assert problems_of(OPERATOR_TOKEN="one,two", VIEWER_TOKEN="two,three") == [
        "VIEWER_TOKEN holds a token of OPERATOR_TOKEN; expected another, since viewers are no operators"
    ]


def test_a_token_that_can_be_guessed_is_refused_where_others_reach_the_service() -> None:
    tokens = {"OPERATOR_TOKEN": "of-sixteen-chars,short", "VIEWER_TOKEN": "of-sixteen-more-"}
    (problem,) = problems_of(HOST="192.0.2.1", **tokens)
    assert problem == (
        "OPERATOR_TOKEN holds a token of fewer than 16 characters; expected at least so many, since HOST is 192.0.2.1 "
        "and others reach it"
    )
    assert Settings.from_environment({**ENOUGH, "HOST": "127.0.0.1", **tokens})


@pytest.mark.parametrize(
    "address",
    [
        "https://somebody:pass-word@provider/v1",
        "https://pass-word@provider/v1",
        "ftp://somebody:pass-word@provider/v1",
        "https://somebody:pass-word @provider/v1",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_shown(address: str) -> None:
    (problem,) = problems_of(OPENAI_BASE_URL=address)
    expected = "an absolute http or https address without a user and a password"
    assert problem == f"OPENAI_BASE_URL has a value, not shown; expected {expected}"


@pytest.mark.parametrize("character", ["\t", "\n", "\r", "\x7f", "\u200b"])
def test_what_cannot_be_seen_is_refused_in_an_address(character: str) -> None:
    (problem,) = problems_of(OPENAI_BASE_URL=f"http://prov{character}ider/v1")
    assert problem.startswith("OPENAI_BASE_URL has a value, not shown; expected ")


def test_a_secret_is_not_shown_in_the_settings_text() -> None:
    assert "provider-key" not in repr(Settings.from_environment(ENOUGH))


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


WEBHOOK_SECRET = f"whsec_{'A' * 32}"


@pytest.mark.parametrize(
    "address",
    [
        "http://receiver.example/hook", "https://somebody:pass-word@receiver.example/", "https://", "https://r:0/",
        "ftp://127.0.0.1/", "https://receiver.example/a b", "https://[::1/", "http://127.0.0.1.example/", "hook",
    ],
)  # fmt: skip
def test_a_webhook_goes_out_encrypted_or_not_at_all_and_its_address_is_never_shown(address: str) -> None:
    (problem,) = problems_of(WEBHOOK_URL=address, WEBHOOK_SECRET=WEBHOOK_SECRET)
    expected = "an https address without a user and a password, or an http one of this machine"
    assert problem == f"WEBHOOK_URL has a value, not shown; expected {expected}"


@pytest.mark.parametrize(
    "address",
    ["https://receiver.example/hook/token", "http://127.0.0.1:9/", "http://localhost/", "http://[::1]:8080/"],
)
def test_a_webhook_may_be_https_or_of_this_machine(address: str) -> None:
    settings = Settings.from_environment({**ENOUGH, "WEBHOOK_URL": address, "WEBHOOK_SECRET": WEBHOOK_SECRET})
    assert (settings.webhook_url, settings.webhook_secret) == (address, bytes(24))


@pytest.mark.parametrize("value", ["secret", "whsec_", "whsec_AAAA", "whsec_%%%%", f"whsec_{'A' * 100}", "A" * 32])
def test_a_secret_that_nobody_can_guess_signs_a_webhook(value: str) -> None:
    (problem,) = problems_of(WEBHOOK_URL="https://receiver.example/", WEBHOOK_SECRET=value)
    assert problem == "WEBHOOK_SECRET has a value, not shown; expected whsec_ and 24 to 64 random bytes in base64"


def test_a_webhook_without_a_secret_is_refused() -> None:
    assert problems_of(WEBHOOK_URL="https://receiver.example/") == [
        "WEBHOOK_SECRET is empty; expected a secret, since WEBHOOK_URL has a value and what it gets is signed"
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
