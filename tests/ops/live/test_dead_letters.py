"""Dead letters of a real service: listed, delivered again, discarded."""

import json
import signal
import time
from typing import Any

from tests.ops.live.conftest import PATIENCE, WHY, Fleet, Ops

HELD = {"on": True, "reason": "so that what is delivered again does not die again"}


def buried(fleet: Fleet, count: int) -> list[str]:
    """The ids of dead letters: events of documents that do not exist. The agent gets nothing more."""
    fleet.ask("PUT", "/api/ops/agents/indexer/quarantine", {"on": False, "reason": "they are to die"})
    there = len(letters(fleet))
    for number in range(count):
        fleet.ask("POST", "/api/events", {"topic": "document.created", "document_id": f"none-{number}"})
    give_up_at = time.monotonic() + PATIENCE
    while len(letters(fleet)) < there + count:
        assert time.monotonic() < give_up_at
        time.sleep(0.05)
    fleet.ask("PUT", "/api/ops/agents/indexer/quarantine", HELD)
    return [letter["id"] for letter in letters(fleet)]


def letters(fleet: Fleet) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = fleet.shown("/api/ops/dead-letters?limit=100")["dead_letters"]
    return found


def test_dead_letters_are_listed_delivered_again_and_discarded(ops: Ops, fleet: Fleet) -> None:
    ids = buried(fleet, 6)
    table, document = ops.both("dead-letters", "list", "--agent", "indexer", "--limit", "2")
    assert ([each["id"] for each in document["dead_letters"]], document["more"]) == (ids[:2], True)
    assert table.splitlines()[-1] == "2 shown; more with --limit."
    table, document = ops.both("dead-letters", "list", "--agent", "indexer", "--limit", f"{len(ids)}")
    assert (len(document["dead_letters"]), document["more"], "--limit" in table) == (len(ids), False, False)
    assert table.splitlines()[0].split() == ["id", "agent", "topic", "document", "died", "attempts", "reason"]
    assert "the agent answered 404: there is no document with this id" in table

    dry = ops("dead-letters", "redrive", "indexer", *WHY, "--maximum", "4", "--dry-run", "--output", "table")
    assert dry.stdout.splitlines()[0] == (
        f"indexer: 4 dead letters would be delivered again (dry run), {len(ids) - 4} left"
    )
    assert len(letters(fleet)) == len(ids)

    made = ops("dead-letters", "redrive", "indexer", *WHY, "--rate", "1000", "--id", ids[0], "--id", ids[1])
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["moved"] == 2
    assert [each["id"] for each in letters(fleet)] == ids[2:]

    dry = ops("dead-letters", "discard", "indexer", ids[2], *WHY, "--dry-run", "--output", "table")
    assert dry.stdout == "indexer: 1 dead letter would be discarded (dry run), which cannot be taken back.\n"
    partly = ops("dead-letters", "discard", "indexer", ids[2], "nobody", *WHY, "--yes")
    assert partly.returncode == 7
    assert json.loads(partly.stdout)["missing"] == ["nobody"]
    nobody = ops("dead-letters", "discard", "indexer", "nobody", *WHY, "--yes", "--output", "table")
    assert (nobody.returncode, nobody.stdout.splitlines()[1]) == (3, "  not among the dead letters: nobody")
    assert [each["id"] for each in letters(fleet)] == ids[3:]
    ops("dead-letters", "discard", "indexer", *ids[3:], *WHY, "--yes")
    assert ops("dead-letters", "list", "--output", "table").stdout == "There is no dead letter.\n"


def test_a_redrive_that_is_interrupted_says_how_far_it_came_and_how_to_go_on(ops: Ops, fleet: Fleet) -> None:
    ids = buried(fleet, 12)
    slow = ops.begun("dead-letters", "redrive", "indexer", *WHY, "--rate", "1", "--output", "table")
    give_up_at = time.monotonic() + PATIENCE
    while len(left := letters(fleet)) == len(ids):
        assert time.monotonic() < give_up_at
        time.sleep(0.05)
    slow.send_signal(signal.SIGINT)
    made = ops.ended(slow)
    assert made.returncode == 7, made.stderr
    said, counted, command = made.stderr.strip().splitlines()
    assert said == "Interrupted, and stopped."
    after = len(letters(fleet))
    assert 0 < after <= len(left)
    assert counted.startswith(f"indexer: {len(ids) - after} dead letter")
    assert counted.endswith(f" delivered again, {after} left, none lost.")
    assert command.startswith("  go on: ops dead-letters redrive indexer --rate 1 --maximum ")
    again = ops("dead-letters", "redrive", "indexer", *WHY, "--rate", "1000")  # at once: nobody else drives it any more
    assert json.loads(again.stdout)["moved"] == after
    assert letters(fleet) == []


def test_a_redrive_that_somebody_else_stops_says_who_and_why(ops: Ops, fleet: Fleet) -> None:
    ids = buried(fleet, 12)
    slow = ops.begun("dead-letters", "redrive", "indexer", *WHY, "--rate", "1")
    give_up_at = time.monotonic() + PATIENCE
    while len(letters(fleet)) == len(ids):
        assert time.monotonic() < give_up_at
        time.sleep(0.05)
    other = ops("dead-letters", "redrive", "indexer", *WHY)
    assert other.returncode == 5
    assert "ann is redriving the dead letters of indexer: a test of it" in other.stderr
    stopped = ops("dead-letters", "stop", "indexer", "--reason", "it is down again", BALLAST_OPERATOR="bob")
    assert (stopped.returncode, json.loads(stopped.stdout)["reverse"]) == (0, None)
    made = ops.ended(slow)
    assert made.returncode == 7
    assert "bob has stopped the redrive: it is down again" in made.stderr
    assert json.loads(made.stdout)["left"] == len(letters(fleet)) > 0
    ops("dead-letters", "discard", "indexer", *(each["id"] for each in letters(fleet)), *WHY, "--yes")
