"""Without a service: the same changes by the service's own command, in this environment."""

import json

from tests.ops.live.conftest import WHY, Fleet, Ops

NOBODY = "http://127.0.0.1:1"


def test_a_service_that_answers_is_not_passed_over(ops: Ops, fleet: Fleet) -> None:
    made = ops("brownout", "on", *WHY, "--local", **fleet.settings)
    assert (made.returncode, made.stdout) == (5, "")
    assert made.stderr.startswith(f"{fleet.addresses[0]} answers, and --local is for when no service does")
    assert made.stderr.endswith("Give the command without --local.\n")


def test_what_only_a_running_service_can_do_is_said_so(ops: Ops) -> None:
    made = ops("rollout", "start", "embeddings", *WHY, "--local")
    assert (made.returncode, made.stderr) == (5, "rollout start embeddings is done by a running service alone.\n")
    down = ops("rollout", "start", "embeddings", *WHY, BALLAST_URL="http://127.0.0.1:1")
    assert (down.returncode, "service control" in down.stderr) == (6, False)


def test_what_is_severe_is_asked_here_too(ops: Ops) -> None:
    made = ops("write-drain", "on", *WHY, "--local", BALLAST_URL=NOBODY)
    assert made.returncode == 2
    assert made.stderr.endswith("Nobody can be asked here whether that is meant; pass --yes.\n")


def test_the_service_s_command_does_it_with_this_environment_and_its_answer_is_ours(ops: Ops, fleet: Fleet) -> None:
    there = {**fleet.settings, "BALLAST_URL": NOBODY}
    made = ops("brownout", "on", "--ttl", "15m", *WHY, "--local", **there)
    assert made.returncode == 0, made.stderr
    told = json.loads(made.stdout)
    assert (told["key"], told["after"]["by"], told["after"]["reason"]) == ("mode/brownout", "ann", "a test of it")
    fleet.until("/api/observability/modes", lambda modes: any(mode["in_force"] for mode in modes["modes"]))
    unknown = ops("quarantine", "nobody", *WHY, "--local", **there)
    assert (unknown.returncode, unknown.stdout) == (3, "")
    stale = ops("brownout", "off", *WHY, "--expect-revision", "0", "--local", **there)
    assert stale.returncode == 5
