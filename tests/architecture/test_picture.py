"""The picture of the house is of today, and can be read."""

from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.architecture.layers import ROOM, Layout, layout
from tests.architecture.picture import BOX_WIDTH, picture
from tests.architecture.rooms import House, house, ranks, told

PICTURE = Path(__file__).parents[2] / "docs/architecture.svg"
SQUARE = frozenset({("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("a", "d")})


@pytest.fixture(scope="module")
def today() -> House:
    return house()


@pytest.fixture(scope="module")
def placed(today: House) -> Layout:
    return layout(today.imports)


def test_the_picture_is_of_today(today: House) -> None:
    assert PICTURE.read_text(encoding="utf-8") == picture(today), "`make architecture` draws it anew"


def test_every_room_has_its_box_and_a_name_that_fits_it(today: House) -> None:
    drawn = ET.fromstring(picture(today))  # noqa: S314 # it is ours
    names = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert [room for room in today.rooms if room.split(".")[-1] not in names] == []
    assert [room for room in today.rooms if len(room.split(".")[-1]) * 7 > BOX_WIDTH] == []


def test_the_core_stands_on_python_alone_and_what_asks_others_does_not(today: House) -> None:
    assert "service.reliability" in today.plain
    assert not {"service.store", "service.web", "service.settings", "loadtests", "stacks"} & today.plain


def test_the_programs_import_one_another_only_where_scenarios_stand_on_the_harness(today: House) -> None:
    across = {(room.split(".")[0], target.split(".")[0]) for room, target in today.imports}
    assert {(program, other) for program, other in across if program != other} == {("loadtests", "harness")}


def test_an_import_that_a_longer_way_implies_is_not_told() -> None:
    assert told(SQUARE) == SQUARE - {("a", "d")}


def test_rooms_that_import_one_another_in_a_circle_are_named() -> None:
    with pytest.raises(ValueError, match="in a circle: b, c"):
        ranks([("b", "c"), ("c", "b"), ("c", "d")])


def test_every_import_points_down(today: House, placed: Layout) -> None:
    assert [pair for pair in today.imports if placed.rooms[pair[0]][1] >= placed.rooms[pair[1]][1]] == []


def test_no_room_lies_on_another(placed: Layout) -> None:
    layers: dict[int, list[float]] = defaultdict(list)
    for across, layer in placed.rooms.values():
        layers[layer].append(across)
    assert all(right - left > ROOM - 0.01 for layer in layers.values() for left, right in pairwise(sorted(layer)))


def test_an_arrow_goes_from_layer_to_layer_and_through_no_room(placed: Layout) -> None:
    rooms = set(placed.rooms.values())
    for way in placed.arrows.values():
        assert [below - above for (_, above), (_, below) in pairwise(way)] == [1] * (len(way) - 1)
        assert not rooms & set(way[1:-1])
