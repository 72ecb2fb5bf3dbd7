"""Places rooms in layers, so that every arrow points down and few cross."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import fmean
from typing import TypeAlias

from tests.architecture.rooms import Import, ranks, told

Place: TypeAlias = tuple[float, int]
"""How far to the right, in pixels, and the layer, counted from above."""

Stop: TypeAlias = tuple[str, ...]
"""A room, or where an arrow passes a layer: who imports, what, and the layer's number from below."""

ROOM, PASSAGE = 116.0, 18.0
"""What a room and a passing arrow take of a layer's width."""

SWEEPS = 24


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where the middle of each room is, and through which places each arrow goes, its ends included."""

    rooms: Mapping[str, Place]
    arrows: Mapping[Import, Sequence[Place]]
    width: float
    layers: int


@dataclass
class _Lattice:
    """The rooms and passages of each layer, from below, and the pieces of arrows between two layers."""

    layers: list[list[Stop]]
    arrows: dict[Import, list[Stop]] = field(default_factory=dict)
    above: dict[Stop, list[Stop]] = field(default_factory=dict)
    below: dict[Stop, list[Stop]] = field(default_factory=dict)

    def add(self, arrow: Import, way: list[Stop]) -> None:
        self.arrows[arrow] = way
        for upper, lower in pairwise(way):
            self.below.setdefault(upper, []).append(lower)
            self.above.setdefault(lower, []).append(upper)

    def crossings(self) -> int:
        return sum(self._crossings(upper, lower) for lower, upper in pairwise(self.layers))

    def _crossings(self, upper: list[Stop], lower: list[Stop]) -> int:
        at = {stop: index for index, stop in enumerate(lower)}
        ends = [[at[target] for target in self.below.get(stop, [])] for stop in upper]
        return sum(
            left > right
            for index, lefts in enumerate(ends)
            for rights in ends[index + 1 :]
            for left in lefts
            for right in rights
        )


def layout(imports: Iterable[Import]) -> Layout:
    """Places for all rooms that are named in `imports`, and arrows for the imports that are `told`."""
    lattice = _lattice(frozenset(imports))
    _order(lattice)
    across = _across(lattice)
    left = min(x - _size(stop) / 2 for stop, x in across.items())
    width = max(x + _size(stop) / 2 for stop, x in across.items()) - left
    last = len(lattice.layers) - 1
    places = {
        stop: (across[stop] - left, last - number) for number, layer in enumerate(lattice.layers) for stop in layer
    }
    return Layout(
        rooms={stop[0]: place for stop, place in places.items() if len(stop) == 1},
        arrows={arrow: [places[stop] for stop in way] for arrow, way in lattice.arrows.items()},
        width=width,
        layers=last + 1,
    )


def _lattice(imports: frozenset[Import]) -> _Lattice:
    rank = ranks(imports)
    lattice = _Lattice([[] for _ in range(1 + max(rank.values()))])
    for room in sorted(rank):
        lattice.layers[rank[room]].append((room,))
    for room, target in sorted(told(imports)):
        passages: list[Stop] = [(room, target, str(layer)) for layer in range(rank[room] - 1, rank[target], -1)]
        for layer, passage in zip(range(rank[room] - 1, rank[target], -1), passages, strict=True):
            lattice.layers[layer].append(passage)
        lattice.add((room, target), [(room,), *passages, (target,)])
    return lattice


def _order(lattice: _Lattice) -> None:
    """Each layer by the mean place of its neighbours, upwards and downwards in turn; the best of all orders stays."""
    best, fewest = [list(layer) for layer in lattice.layers], lattice.crossings()
    for sweep in range(SWEEPS):
        upwards = sweep % 2 == 0
        numbers = range(1, len(lattice.layers)) if upwards else range(len(lattice.layers) - 2, -1, -1)
        for number in numbers:
            beside = lattice.layers[number - 1 if upwards else number + 1]
            at = {stop: index / max(1, len(beside) - 1) for index, stop in enumerate(beside)}
            neighbours = lattice.below if upwards else lattice.above
            _sort(lattice.layers[number], at, neighbours)
        if lattice.crossings() < fewest:
            best, fewest = [list(layer) for layer in lattice.layers], lattice.crossings()
    lattice.layers = best


def _sort(layer: list[Stop], at: Mapping[Stop, float], neighbours: Mapping[Stop, list[Stop]]) -> None:
    wanted = {stop: index / max(1, len(layer) - 1) for index, stop in enumerate(layer)}
    wanted |= {stop: fmean(at[other] for other in neighbours[stop]) for stop in layer if stop in neighbours}
    layer.sort(key=wanted.__getitem__)


def _across(lattice: _Lattice) -> dict[Stop, float]:
    """Each as near to its neighbours as the order and the widths allow."""
    across: dict[Stop, float] = {}
    for layer in lattice.layers:
        across |= _packed(layer, dict.fromkeys(layer, 0.0))
    for sweep in range(SWEEPS):
        for layer in lattice.layers if sweep % 2 == 0 else reversed(lattice.layers):
            wanted = {}
            for stop in layer:
                beside = [across[other] for other in (*lattice.above.get(stop, []), *lattice.below.get(stop, []))]
                wanted[stop] = fmean(beside) if beside else across[stop]
            across |= _packed(layer, wanted)
    return across


def _packed(layer: Sequence[Stop], wanted: Mapping[Stop, float]) -> dict[Stop, float]:
    """Where each would stand, pushed apart until nobody overlaps, and the whole layer then moved to where it wants."""
    placed: dict[Stop, float] = {}
    edge = float("-inf")
    for stop in layer:
        placed[stop] = max(wanted[stop], edge + _size(stop) / 2)
        edge = placed[stop] + _size(stop) / 2
    offset = fmean(wanted[stop] - placed[stop] for stop in layer)
    return {stop: x + offset for stop, x in placed.items()}


def _size(stop: Stop) -> float:
    return ROOM if len(stop) == 1 else PASSAGE
