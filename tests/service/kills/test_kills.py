"""No event that was accepted is lost or left undone when an instance is killed, wherever that finds it."""

from collections.abc import Iterator, Sequence

import pytest

from tests.service.kills.pair import Pair, pair
from tests.service.kills.point import Activity, Killed, kill_at
from tests.service.kills.points import POINTS
from tests.service.kills.refusing_provider import RefusingProvider, refusing_provider
from tests.service.kills.table import table


@pytest.fixture
def provider() -> Iterator[RefusingProvider]:
    with refusing_provider() as started:
        yield started


@pytest.fixture
def both(provider: RefusingProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with pair(tmp_path_factory.mktemp("kills"), provider.url) as started:
        yield started


def killed(points: Sequence[tuple[int, Activity]], both: Pair, provider: RefusingProvider) -> list[Killed]:
    kills = [kill_at(seed, activity, both, provider) for seed, activity in points]
    print(table(kills))  # noqa: T201 - what the test found
    return kills


def nothing_is_lost(kills: Sequence[Killed]) -> None:
    for kill in kills:
        assert kill.published > 0, kill
        assert (kill.processed, kill.dead) == (kill.published, 0), kill


def test_a_kill_while_publishing_claiming_or_redriving_loses_nothing(both: Pair, provider: RefusingProvider) -> None:
    nothing_is_lost(killed(POINTS[:3], both, provider))


@pytest.mark.long
def test_a_kill_at_any_of_20_points_loses_nothing(both: Pair, provider: RefusingProvider) -> None:
    nothing_is_lost(killed(POINTS, both, provider))
