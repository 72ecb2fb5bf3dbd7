"""What `ops` shows of a real service, to people and to programs."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time

from tests.ops.conftest import ROOT
from tests.ops.live.conftest import NO_KEYRING, SYSTEM, WHY, Fleet, Ops

BREAKERS = ["embeddings:stable", "embeddings:canary", "document_database", "event_queue"]


def first_column(table: str) -> list[str]:
    return [line.split()[0] for line in table.splitlines()]


def test_breakers_rollouts_flags_and_instances_are_listed(ops: Ops, fleet: Fleet) -> None:
    table, document = ops.both("breakers", "list")
    assert first_column(table) == ["breaker", *BREAKERS, "At"]
    assert [each["name"] for each in document["circuit_breakers"]] == BREAKERS
    assert document["instance"] == "main-1"

    table, document = ops.both("rollout", "list")
    assert first_column(table) == ["rollout", "embeddings"]
    assert [each["name"] for each in document["rollouts"]] == ["embeddings"]

    table, document = ops.both("flags", "list")
    assert first_column(table) == ["flag", "provider_embeddings"]
    assert document == fleet.shown("/api/observability/flags")

    table, document = ops.both("instances")
    assert first_column(table) == ["instance", "main-1", "main-2"]
    assert "operations" in document["documents"]


def test_status_begins_with_the_verdict_and_ends_with_the_journal(ops: Ops, fleet: Fleet) -> None:
    fleet.ask("PUT", "/api/ops/brownout", {"on": True, "reason": "the provider is slow"})
    fleet.ask("POST", "/api/embeddings", {"text": "hello"})
    table, document = ops.both("status")
    lines = table.splitlines()
    assert lines[0] == document["sentence"]
    assert lines[1].startswith(f"local, {fleet.addresses[0]}: main-1, one of 2 instances, version ")
    assert "next: ops brownout off --reason WHY" in table
    for title in ("golden signals", "circuit breakers", "health gates", "rollouts", "modes", "queues", "journal"):
        assert title in lines
    assert "POST /api/embeddings" in table
    brownout = next(each for each in document["troubles"] if each["next"] == "ops brownout off --reason WHY")
    assert (brownout["urgency"], brownout["sentence"]) == ("note", "brownout is on by operator: the provider is slow")
    assert document["identity"]["instance"] == "main-1"
    assert document["circuit_breakers"]["circuit_breakers"][0]["name"] == BREAKERS[0]


def test_a_breaker_that_is_isolated_is_told_with_what_to_do(ops: Ops, fleet: Fleet) -> None:
    fleet.ask("POST", "/api/ops/circuit-breakers/embeddings:canary/isolate", {"reason": "the model drifts"})
    try:
        shown = ops("status", "--output", "table").stdout.splitlines()
    finally:
        fleet.ask("POST", "/api/ops/circuit-breakers/embeddings:canary/reset", {"reason": "the test is over"})
    line = next(number for number, said in enumerate(shown) if said.startswith("warning  breaker embeddings:canary is"))
    assert shown[line + 1].strip() == "next: ops breakers reset embeddings:canary --reason WHY"
    assert shown[line + 2].strip() == "see:  docs/runbooks/provider-down.md"


def test_one_screen_of_watch_fits_80_columns_and_programs_get_a_line(ops: Ops, fleet: Fleet) -> None:
    fleet.ask("POST", "/api/events", {"topic": "document.created", "document_id": "there-is-none"})
    shown = ops("watch", "--once", "--output", "table")
    assert shown.returncode == 0
    lines = shown.stdout.splitlines()
    assert re.fullmatch(r"local main-1 \S+  data is 0\.\d s old", lines[0])
    assert max(map(len, lines)) <= 80
    titles = [line.split()[0] for line in lines[lines.index("") :] if line and not line.startswith(" ")]
    assert titles == ["traffic", "latency", "busy", "breakers", "gates", "rollout", "modes", "queues", "events"]
    (line,) = ops("watch", "--once").stdout.splitlines()
    assert json.loads(line)["context"] == "local"


def test_watch_gives_the_terminal_back_at_ctrl_c(ops: Ops) -> None:
    ours, its = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "ops", "watch"],
        cwd=ROOT,
        env={**SYSTEM, **NO_KEYRING, **ops.variables, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "40"},
        stdin=its,
        stdout=its,
        stderr=subprocess.PIPE,
    )
    os.close(its)
    shown = b""
    try:
        give_up_at = time.monotonic() + 60
        while b"events" not in shown:
            assert time.monotonic() < give_up_at, shown
            shown += os.read(ours, 10_000)
        process.send_signal(signal.SIGINT)
        while process.poll() is None:
            assert time.monotonic() < give_up_at
            shown += _rest(ours)
        shown += _rest(ours)
    finally:
        process.kill()
        process.communicate()
        os.close(ours)
    assert process.returncode == 0
    assert b"\x1b[?1049h" in shown  # the other screen,
    assert b"\x1b[?1049l" in shown  # and back
    assert b"\x1b[?25h" in shown  # with its cursor


def _rest(ours: int) -> bytes:
    try:
        return os.read(ours, 100_000)
    except OSError:  # nobody holds the other end any more
        return b""


def test_the_audit_is_read_page_by_page(ops: Ops) -> None:
    for switch in ("on", "off"):
        assert ops("brownout", switch, *WHY, "--no-wait").returncode == 0
    table, document = ops.both("audit", "--subject", "mode/brownout", "--limit", "1")
    assert first_column(table)[0] == "when"
    assert re.search(r"ann +brownout off +mode/brownout +\d+ +a test of it", table)
    (line,) = document["lines"]
    assert (line["by"], line["action"], line["reason"]) == ("ann", "brownout off", "a test of it")
    before = ops("audit", "--subject", "mode/brownout", "--limit", "1", "--before", document["next"])
    assert json.loads(before.stdout)["lines"][0]["action"] == "brownout on"
