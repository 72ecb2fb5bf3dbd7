"""A change that is stored, or may be, is told so when not every instance can be heard."""

import json

import pytest

from tests.ops.live.answering import BALLAST, answering
from tests.ops.live.conftest import WHY, Ops

STORED = {
    **BALLAST,
    "/api/ops/brownout": {
        "changed": True, "before": None, "document": "operations", "version": 7,
        "after": {"on": True, "by": "ann", "reason": "r", "since": 1, "revision": 1},
    },
}  # fmt: skip


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
