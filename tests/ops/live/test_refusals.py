"""What cannot be done is a sentence with the next step, and an exit code."""

import json
import os
import pty
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ops.target.identity import OURS
from tests.ops.conftest import VIEWER
from tests.ops.live.conftest import WHY, Fleet, Ops

NOBODY = "http://127.0.0.1:1"
BALLAST = {"/identity": {"service": "ballast", "version": OURS}}
STORED = {
    **BALLAST,
    "/api/ops/brownout": {
        "changed": True, "before": None, "document": "operations", "version": 7,
        "after": {"on": True, "by": "ann", "reason": "r", "since": 1, "revision": 1},
    },
}  # fmt: skip


@contextmanager
def answering(known: Mapping[str, object], *, status: int | None = 404) -> Iterator[str]:
    """Something that answers these paths with JSON, and everything else with a page, or not at all."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            document = known.get(self.path)
            body = b"<html>no</html>" if document is None else json.dumps(document).encode()
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            if document is None and status is None:
                self.close_connection = True
                return
            self.send_response(status if document is None and status is not None else 200)
            self.send_header("Content-Type", "text/html" if document is None else "application/json")
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", "https://elsewhere.example/")
            self.end_headers()
            self.wfile.write(body)

        do_PUT = do_POST = do_GET  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


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


def test_a_token_that_is_missing_wrong_or_a_viewer_s_is_told_apart(ops: Ops) -> None:
    def refused(token: str) -> tuple[int, str]:
        made = ops("brownout", "on", *WHY, BALLAST_OPERATOR_TOKEN=token)
        return made.returncode, made.stderr

    code, said = refused("")
    assert code == 4
    assert said.startswith("A change of local wants the operator's token, and there is none: set ")
    assert said.endswith("or store it once with `ops context login local`.\n")
    code, said = refused("wrong")
    assert code == 4
    assert said.startswith("local does not know the token from BALLAST_OPERATOR_TOKEN: it is wrong, or was replaced.")
    code, said = refused(VIEWER)
    assert code == 4
    assert said.startswith(
        "`ops brownout` was not done. The token from BALLAST_OPERATOR_TOKEN is a viewer's, and this wants an operator's"
    )
    code, said = refused("two words")
    assert code == 2
    assert said.startswith("BALLAST_OPERATOR_TOKEN is no token: ")


def test_a_viewer_may_look(ops: Ops) -> None:
    made = ops("breakers", "list", BALLAST_OPERATOR_TOKEN="", BALLAST_VIEWER_TOKEN=VIEWER)
    assert made.returncode == 0, made.stderr
    made = ops("dead-letters", "list", BALLAST_OPERATOR_TOKEN="", BALLAST_VIEWER_TOKEN=VIEWER)
    assert made.returncode == 4
    assert made.stderr.startswith(
        "`ops dead-letters list` was not done. The token from BALLAST_VIEWER_TOKEN is a viewer"
    )


def test_dead_letters_of_an_unknown_agent_are_answered_with_the_nearest(ops: Ops) -> None:
    made = ops("dead-letters", "list", "--agent", "indxer")
    assert (made.returncode, made.stdout) == (3, "")
    assert made.stderr == "There is no agent indxer (did you mean indexer?). There are: indexer.\n"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("quarantine indxer", "There is no agent indxer (did you mean indexer?). There are: indexer."),
        ("rollout pause embedings", "There is no rollout embedings (did you mean embeddings?). There are: embeddings."),
        ("flags clear x", "There is no flag x. There are: provider_embeddings."),
        (
            "breakers reset event_queu",
            "There is no circuit breaker event_queu (did you mean event_queue?).",
        ),
        ("dead-letters redrive indxer", "There is no agent indxer (did you mean indexer?). There are: indexer."),
        ("--context stagin brownout on", "There is no context stagin. There are: local."),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(ops: Ops, command: str, said: str) -> None:
    made = ops(*command.split(), *WHY)
    assert (made.returncode, made.stdout) == (3, "")
    assert made.stderr.startswith(said)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("brownout on", "Missing option '--reason'"),
        ("brownout sideways --reason x", "'sideways' is not one of 'on', 'off'"),
        ("brownout on --reason=", "--reason is empty; expected why, in 1 to 500 characters"),
        (
            "brownout on --reason x --ttl soon",
            "--ttl is soon; expected a duration with its unit, such as 90s, 15m, 1h30m or 1d.",
        ),
        (
            "flags set provider_embeddings --reason x",
            "Say what the flag is to be: one of --on, --off",
        ),
        ("flags set provider_embeddings --on --off --reason x", "Say what the flag is to be: one of --on, --off"),
        ("status --context production", "--context stands before the command: ops --context NAME COMMAND."),
        ("rollout list --context=production", "--context stands before the command: ops --context NAME COMMAND."),
        (
            "audit --subject foo",
            "--subject is foo; expected KIND/NAME, where KIND is one of mode, agent, flag, breaker",
        ),
        ("safe-mode on --reason x", "Nobody can be asked here whether that is meant; pass --yes."),
    ],
)
def test_a_wrong_command_line_says_what_was_expected(ops: Ops, command: str, said: str) -> None:
    made = ops(*command.split(), BALLAST_URL=NOBODY, COLUMNS="200")
    assert made.returncode == 2
    assert said in made.stderr


def test_plain_http_to_another_machine_gets_no_token_unless_the_context_says_so(ops: Ops, fleet: Fleet) -> None:
    assert fleet
    made = ops("brownout", "on", *WHY, BALLAST_URL="http://192.0.2.1:8000")
    assert made.returncode == 5
    assert made.stderr == (
        "http://192.0.2.1:8000 is plain http to another machine, where everybody on the way would read the token; "
        "use https, or write `insecure = true` under [contexts.local].\n"
    )


def typed(ops: Ops, word: str, *command: str) -> tuple[int, str]:
    """What comes of a command whose question a person answers so."""
    ours, its = pty.openpty()
    process = ops.begun(*command, stdin=its)
    os.close(its)
    os.write(ours, f"{word}\n".encode())
    made = ops.ended(process)
    os.close(ours)
    return made.returncode, made.stderr


def test_what_is_severe_is_done_when_its_name_is_typed(ops: Ops, fleet: Fleet) -> None:
    command = ("safe-mode", "on", *WHY, "--no-wait")
    code, said = typed(ops, "yes", *command)
    assert code == 5
    assert said.startswith("No instance will call the provider, and events wait")
    assert said.endswith("yes is not safe-mode; nothing was done.\n")
    assert typed(ops, "safe-mode", *command)[0] == 0
    assert fleet.shown("/api/observability/modes")["modes"][0]["in_force"]


def test_an_instance_that_serves_without_the_change_is_named_and_the_silent_are_not_waited_for(ops: Ops) -> None:
    heard = [("main-1", 100.0, 7), ("main-2", 99.0, 6), ("asleep", 80.0, 6)]
    known = {
        **STORED,
        "/api/ops/instances": {
            "now": 101.0,
            "documents": {"operations": 7},
            "instances": [
                {"instance": name, "boot_id": name, "heard_at": at, "versions": {"operations": version}}
                for name, at, version in heard
            ],
        },
    }
    with answering(known) as address:
        made = ops("brownout", "on", *WHY, "--timeout", "0.1", "--output", "table", BALLAST_URL=address)
    assert made.returncode == 6
    assert made.stdout.splitlines()[3:6] == [
        "  holds on main-1",
        "  before it serves again: asleep (not heard of in the last 10 s)",
        "  not yet on main-2",
    ]
    assert made.stderr == "It is stored, and after 0.1 s not yet on main-2; look again with `ops instances`.\n"


@pytest.mark.parametrize("status", [404, 503, None])
def test_a_change_that_is_stored_is_told_with_its_way_back_when_nobody_can_tell_who_has_it(
    ops: Ops, status: int | None
) -> None:
    with answering(STORED, status=status) as address:
        made = ops("brownout", "on", *WHY, BALLAST_URL=address)
    assert made.returncode == 6
    told = json.loads(made.stdout)
    assert (told["changed"], told["instances"]) == (True, None)
    assert told["reverse"] == "ops brownout off --reason 'taken back'"
    assert made.stderr.startswith(f"It is stored; who has it cannot be told. {address}")
    assert "service control" not in made.stderr


def test_a_change_that_nobody_answered_may_be_made_and_a_dry_run_is_not(ops: Ops) -> None:
    with answering(BALLAST, status=None) as address:
        made = ops("brownout", "on", *WHY, BALLAST_URL=address)
        dry = ops("brownout", "on", *WHY, "--dry-run", BALLAST_URL=address)
    assert (made.returncode, made.stdout) == (6, "")
    assert made.stderr.startswith(f"{address} does not answer: ")
    assert made.stderr.endswith(
        " What was asked may be done all the same: look with `ops audit` before you repeat it.\n"
    )
    assert dry.returncode == 6
    assert "may be done" not in dry.stderr
    assert "python -m service control brownout on" in dry.stderr
