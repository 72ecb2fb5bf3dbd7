"""Every change at a real service: shown before it is made, made everywhere, and taken back by what is printed."""

import json
import shlex
from typing import Any

import pytest

from tests.ops.live.conftest import WHY, Fleet, Ops

MODES, FLAGS = "/api/observability/modes", "/api/observability/flags"


def entry(fleet: Fleet, path: str, member: str, name: str, *, instance: int) -> dict[str, Any] | None:
    """What an instance knows of it, while it is on."""
    told = fleet.shown(path, instance=instance)[member]
    found: dict[str, Any] | None = next(each for each in told if each["name"] == name)["entry"]
    return found if found and found["on"] else None


def mode(fleet: Fleet, name: str) -> dict[str, Any] | None:
    return entry(fleet, MODES, "modes", name, instance=0)


@pytest.mark.parametrize(
    ("command", "where"),
    [
        ("safe-mode on --ttl 15m --yes", (MODES, "modes", "safe_mode")),
        ("write-drain on --yes", (MODES, "modes", "write_drain")),
        ("brownout on", (MODES, "modes", "brownout")),
        ("quarantine indexer", (MODES, "agents", "indexer")),
        ("flags set provider_embeddings --percentage 20", (FLAGS, "flags", "provider_embeddings")),
    ],
)
def test_a_lever_is_shown_pulled_on_every_instance_and_taken_back(
    ops: Ops, fleet: Fleet, command: str, where: tuple[str, str, str]
) -> None:
    words = command.split()
    shown = ops(*words, *WHY, "--dry-run", "--output", "table")
    assert shown.returncode == 0, shown.stderr
    lines = shown.stdout.splitlines()
    assert lines[0].endswith(": this would be changed (dry run)")
    assert lines[2].startswith("  after   on")
    assert lines[2].endswith("by ann, now: a test of it")
    assert entry(fleet, *where, instance=1) is None

    made = ops(*words, *WHY)
    assert made.returncode == 0, made.stderr
    told = json.loads(made.stdout)
    assert (told["changed"], told["after"]["by"], told["after"]["reason"]) == (True, "ann", "a test of it")
    assert sorted(told["instances"]["have"]) == ["main-1", "main-2"]
    assert told["instances"]["lacking"] == []
    assert entry(fleet, *where, instance=1) == told["after"]

    back = ops(*shlex.split(told["reverse"])[1:], "--output", "table")
    assert back.returncode == 0, back.stderr
    assert "  holds on main-1, main-2" in back.stdout.splitlines()
    assert entry(fleet, *where, instance=1) is None


def test_what_is_so_already_is_not_changed(ops: Ops, fleet: Fleet) -> None:
    fleet.ask("PUT", "/api/ops/brownout", {"on": True, "reason": "theirs"})
    before = mode(fleet, "brownout")
    made = ops("brownout", "on", *WHY, "--no-wait", "--output", "table")
    assert made.stdout.splitlines()[0] == "brownout: it is so already; nothing was changed."
    assert mode(fleet, "brownout") == before


def test_the_way_back_leads_to_what_was_there(ops: Ops, fleet: Fleet) -> None:
    fleet.ask("PUT", "/api/ops/flags/provider_embeddings", {"value": False, "reason": "before", "ttl": 3600})
    changed = ops("flags", "set", "provider_embeddings", "--percentage", "5", *WHY, "--no-wait", "--output", "table")
    assert changed.stdout.splitlines()[1].startswith("  before  off for everyone, for ")
    back = changed.stdout.splitlines()[-1].removeprefix("  taken back by: ")
    assert back.startswith("ops flags set provider_embeddings --off --ttl ")
    assert ops(*shlex.split(back)[1:], "--no-wait").returncode == 0
    cleared = ops("flags", "clear", "provider_embeddings", *WHY, "--no-wait", "--output", "table")
    assert cleared.stdout.splitlines()[1].startswith("  before  off for everyone, for ")


def test_a_breaker_is_held_open_and_let_go(ops: Ops, fleet: Fleet) -> None:
    path = "/api/observability/circuit-breakers"

    def state(told: dict[str, Any]) -> str:
        return next(str(each["state"]) for each in told["circuit_breakers"] if each["name"] == "embeddings:canary")

    isolated = ops("breakers", "isolate", "embeddings:canary", *WHY, "--ttl", "10m", "--yes")
    assert isolated.returncode == 0, isolated.stderr
    for instance in (0, 1):
        fleet.until(path, lambda told: state(told) == "isolated", instance=instance)
    reset = ops(*shlex.split(json.loads(isolated.stdout)["reverse"])[1:], "--output", "table")
    assert reset.returncode == 0, reset.stderr
    assert reset.stdout.splitlines()[-1].startswith("  taken back by: ops breakers isolate embeddings:canary --ttl ")
    for instance in (0, 1):
        fleet.until(path, lambda told: state(told) == "closed", instance=instance)


def test_a_rollout_is_taken_by_the_hand(ops: Ops, fleet: Fleet) -> None:
    def status() -> tuple[str, float]:
        (told,) = fleet.shown("/api/observability/rollouts", instance=1)["rollouts"]
        return told["status"], told["planned_share"]

    dry = ops("rollout", "start", "embeddings", *WHY, "--dry-run", "--output", "table")
    assert dry.returncode == 0, dry.stderr
    assert "this would be changed (dry run)" in dry.stdout.splitlines()[0]
    for verb, wanted, back in (
        ("start", "running", "rollback"),
        ("pause", "paused", "resume"),
        ("resume", "running", "pause"),
        ("promote", "running", "rollback"),
    ):
        made = ops("rollout", verb, "embeddings", *WHY, *(("--yes",) if verb == "promote" else ()))
        assert made.returncode == 0, made.stderr
        told = json.loads(made.stdout)
        assert told["reverse"] == f"ops rollout {back} embeddings --reason 'taken back'"
        assert (told["status"], told["last"]["by"]) == (wanted, "ann")
        assert status() == (wanted, told["planned_share"])
    gone = ops("rollback", "embeddings", *WHY, "--output", "table")  # the name that it had in the beginning
    assert gone.returncode == 0, gone.stderr
    assert "  holds on main-1, main-2" in gone.stdout.splitlines()
    assert status()[0] == "rolled_back"
    refused = ops("rollout", "resume", "embeddings", *WHY)
    assert refused.returncode == 5
    assert "rollout embeddings is now rolled back at 0 %" in refused.stderr.splitlines()[-1]
    stale = ops("rollout", "start", "embeddings", *WHY, "--expect-revision", "1")
    version = fleet.shown("/api/observability/rollouts")["rollouts"][0]["version"]
    assert stale.stderr.splitlines()[-1].endswith(f" with --expect-revision {version}.")


def test_what_somebody_else_has_changed_meanwhile_is_shown_and_stays(ops: Ops, fleet: Fleet) -> None:
    fleet.ask("PUT", "/api/ops/brownout", {"on": True, "reason": "theirs"})
    before = mode(fleet, "brownout")
    assert before is not None
    made = ops("brownout", "off", *WHY, "--expect-revision", str(before["revision"] - 1))
    assert (made.returncode, made.stdout) == (5, "")
    first, second, third = made.stderr.splitlines()
    assert first.startswith("Nothing was done: mode/brownout is at revision ")
    assert second.startswith("  brownout is now on, by operator, ")
    assert second.endswith(": theirs")
    assert third == f"If you mean it still, give the command with --expect-revision {before['revision']}."
    assert mode(fleet, "brownout") == before


def test_every_name_of_the_seed_works(ops: Ops, fleet: Fleet) -> None:
    assert ops("quarantine-agent", "indexer", *WHY, "--dry-run").returncode == 0
    assert ops("drain-dlq", "indexer", *WHY, "--dry-run").returncode == 0
    assert entry(fleet, MODES, "agents", "indexer", instance=0) is None
