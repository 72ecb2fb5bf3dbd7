"""A target that is down, not Ballast, or of another version gets no token, and the next step is told."""

import pytest

from ops.target.identity import OURS
from tests.ops.live.answering import NOBODY, answering
from tests.ops.live.conftest import WHY, Fleet, Ops


def test_a_target_that_is_down_is_said_so_with_the_command_that_does_without_it(ops: Ops) -> None:
    made = ops("safe-mode", "on", *WHY, "--ttl", "15m", "--yes", BALLAST_URL=NOBODY)
    assert (made.returncode, made.stdout) == (6, "")
    lines = made.stderr.splitlines()
    assert lines[0].startswith(f"{NOBODY} does not answer: ")
    assert lines[2] == "  python -m service control safe-mode on --reason 'a test of it' --by ann --ttl 900"
    assert "ops context list" not in made.stderr


@pytest.mark.parametrize("command", ["status", "watch --once", "audit"])
def test_who_looks_where_nobody_answers_is_told_what_to_do_next(ops: Ops, command: str) -> None:
    made = ops(*command.split(), BALLAST_URL=NOBODY)
    assert (made.returncode, made.stdout) == (6, "")
    first, second = made.stderr.splitlines()
    assert first.startswith(f"{NOBODY} does not answer: ")
    assert second.startswith("Is the address right? `ops context list` tells it. If it is, start the service; ")


@pytest.mark.parametrize(
    ("identity", "status", "said"),
    [
        (None, 404, "answers /identity with 404, and not with who it is"),
        (None, 302, "answers /identity with a redirect to https://elsewhere.example/"),
        ({"service": "nginx"}, 404, "says that it is nginx"),
        (["ballast"], 404, "answers /identity with 200, and not with who it is"),
    ],
)
def test_what_is_not_ballast_is_not_shown_a_token(ops: Ops, identity: object, status: int, said: str) -> None:
    with answering({} if identity is None else {"/identity": identity}, status=status) as address:
        made = ops("breakers", "list", BALLAST_URL=address)
    assert (made.returncode, made.stdout) == (5, "")
    assert made.stderr == (
        f"{address} is not Ballast: it {said}. No token was sent; "
        "look at the url of the context local (`ops context list`).\n"
    )


def test_another_version_is_named_and_what_it_lacks(ops: Ops) -> None:
    with answering({"/identity": {"service": "ballast", "version": "0.0.7", "colour": "red"}}) as address:
        made = ops("flags", "list", BALLAST_URL=address)
    assert made.returncode == 5
    assert made.stderr == (
        f"{address} speaks version 0.0.7 and has no /api/observability/flags: ops is of {OURS}; use the ops of the "
        "checkout that was deployed, or deploy this one (`ops deploy`).\n"
    )


def test_plain_http_to_another_machine_gets_no_token_unless_the_context_says_so(ops: Ops, fleet: Fleet) -> None:
    assert fleet
    made = ops("brownout", "on", *WHY, BALLAST_URL="http://192.0.2.1:8000")
    assert made.returncode == 5
    assert made.stderr == (
        "http://192.0.2.1:8000 is plain http to another machine, where everybody on the way would read the token; "
        "use https, or write `insecure = true` under [contexts.local].\n"
    )
