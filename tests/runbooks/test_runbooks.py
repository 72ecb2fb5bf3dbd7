"""Each runbook leads a service that was broken for real back to health, by the commands that stand in it."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.documents.document import commands
from tests.runbooks import bad_canary, database_slow, overload, poison_messages, provider_down
from tests.runbooks.document import NAMES, read
from tests.runbooks.stand import Stand, stand
from tests.runbooks.test_walk import without
from tests.runbooks.walk import PATIENCE, Walk


class Journey(NamedTuple):
    """What a runbook is for: the service that is broken, and the way back."""

    settings: dict[str, str]
    walked: Callable[[Stand, Walk], None]


JOURNEYS = {
    "provider-down": Journey(provider_down.SETTINGS, provider_down.walked),
    "database-slow": Journey(database_slow.SETTINGS, database_slow.walked),
    "bad-canary": Journey(bad_canary.SETTINGS, bad_canary.walked),
    "poison-messages": Journey(poison_messages.SETTINGS, poison_messages.walked),
    "overload": Journey(overload.SETTINGS, overload.walked),
}
EVERY_COMMAND = [(name, number) for name in JOURNEYS for number in range(len(commands(read(name))))]
SHORT = 20.0
"""Seconds of patience with a runbook that must not lead anywhere."""


def walk_through(name: str, document: str, folder: Path, *, patience: float = PATIENCE) -> None:
    with stand(**JOURNEYS[name].settings) as broken:
        walk = Walk(document, folder, broken.variables, patience=patience)
        JOURNEYS[name].walked(broken, walk)
        walk.ends()


SAMPLE = frozenset({"bad-canary", "poison-messages"})
"""The quickest, and the one that no breaker helps with."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in SAMPLE else pytest.mark.long) for name in JOURNEYS]
)
def test_a_runbook_leads_back_to_health(name: str, tmp_path: Path) -> None:
    walk_through(name, read(name), tmp_path)


def test_every_runbook_is_walked() -> None:
    assert sorted(JOURNEYS) == sorted(NAMES)


@pytest.mark.long
def test_a_runbook_that_says_something_else_does_not_lead_back_to_health(tmp_path: Path) -> None:
    right, wrong = "ops rollout rollback embeddings", "ops rollout resume embeddings"
    document = read("bad-canary")
    assert document.count(right) == 1
    with stand(**bad_canary.SETTINGS) as broken:
        walk = Walk(document.replace(right, wrong), tmp_path, broken.variables)
        with pytest.raises(AssertionError, match=f"expected '{right}' here"):
            bad_canary.walked(broken, walk)
        with pytest.raises(AssertionError, match="the service has not recovered: the p99 was"):
            broken.recovers(patience=1)


@pytest.mark.long
@pytest.mark.parametrize(("name", "number"), EVERY_COMMAND)
def test_no_runbook_leads_back_to_health_without_one_of_its_commands(name: str, number: int, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        walk_through(name, without(read(name), number), tmp_path, patience=SHORT)
