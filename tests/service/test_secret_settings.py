"""Secrets among the settings: what is taken for one, and that none is shown."""

import pytest

from service.settings.settings import Settings
from tests.service.refused_settings import ENOUGH, problems_of

TOKENS = "expected printable ASCII without spaces: one token, or two different ones separated by a comma"
WEBHOOK_SECRET = f"whsec_{'A' * 32}"


def test_a_secret_is_not_shown_when_it_is_wrong() -> None:
    (problem,) = problems_of(INTERNAL_TOKEN="pass word")
    assert problem == "INTERNAL_TOKEN has a value, not shown; expected printable ASCII without spaces"


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
