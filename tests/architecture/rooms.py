"""The rooms of the house and which imports which, found in the code."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import grimp

Import: TypeAlias = tuple[str, str]
"""Who imports, and what."""

DIVIDED = frozenset({"service", "harness", "ops"})
"""Programs whose rooms are their folders and files; the others are a room each."""

PROGRAMS = (*sorted(DIVIDED), "loadtests", "stacks")


@dataclass(frozen=True, kw_only=True)
class House:
    """Rooms by name, the imports between them, and the rooms that stand on Python's own library alone."""

    rooms: frozenset[str]
    imports: frozenset[Import]
    plain: frozenset[str]


def house() -> House:
    """The house of today. What is imported for the sake of types alone does not count, as for `lint-imports`."""
    graph = grimp.build_graph(
        *PROGRAMS, include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None
    )
    ours = [module for module in graph.modules if _program(module) in PROGRAMS]
    found = {(module, target) for module in ours for target in graph.find_modules_directly_imported_by(module)}
    between = {(_room(module), _room(target)) for module, target in found if _program(target) in PROGRAMS}
    asking = {
        _room(module) for module, target in found if _program(target) not in {*PROGRAMS, *sys.stdlib_module_names}
    }
    imports = frozenset((room, target) for room, target in between if room != target and room not in DIVIDED)
    rooms = frozenset(room for pair in imports for room in pair) | (set(PROGRAMS) - DIVIDED)
    rank = ranks(imports)
    for room, target in sorted(imports, key=lambda pair: rank[pair[1]]):
        if target in asking:
            asking.add(room)
    return House(rooms=rooms, imports=imports, plain=rooms - asking)


def ranks(imports: Iterable[Import]) -> Mapping[str, int]:
    """How many rooms stand below each, one upon the other; 0 for those that import none."""
    below: dict[str, set[str]] = {}
    for room, target in imports:
        below.setdefault(room, set()).add(target)
        below.setdefault(target, set())
    found: dict[str, int] = {}
    while len(found) < len(below):
        ready = [room for room in below.keys() - found if below[room] <= found.keys()]
        if not ready:
            circle = ", ".join(sorted(below.keys() - found))
            raise ValueError(f"these rooms import one another in a circle: {circle}")
        found |= {room: 1 + max((found[target] for target in below[room]), default=-1) for room in ready}
    return found


def told(imports: Iterable[Import]) -> frozenset[Import]:
    """The imports that no longer way from room to room implies."""
    pairs = frozenset(imports)
    rank = ranks(pairs)
    reached: dict[str, set[str]] = {}
    for room in sorted(rank, key=rank.__getitem__):
        targets = {target for source, target in pairs if source == room}
        reached[room] = targets.union(*(reached[target] for target in targets))
    return frozenset(
        (room, target)
        for room, target in pairs
        if not any(target in reached[other] for source, other in pairs if source == room)
    )


def _program(module: str) -> str:
    return module.split(".", 1)[0]


def _room(module: str) -> str:
    program, *rest = module.split(".")
    return f"{program}.{rest[0]}" if program in DIVIDED and rest else program
