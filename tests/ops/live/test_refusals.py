"""A command line that cannot be is refused by a sentence that says what was expected."""

import os
import pty

import pytest

from tests.ops.live.answering import NOBODY
from tests.ops.live.conftest import WHY, Fleet, Ops


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


def test_dead_letters_of_an_unknown_agent_are_answered_with_the_nearest(ops: Ops) -> None:
    made = ops("dead-letters", "list", "--agent", "indxer")
    assert (made.returncode, made.stdout) == (3, "")
    assert made.stderr == "There is no agent indxer (did you mean indexer?). There are: indexer.\n"


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
