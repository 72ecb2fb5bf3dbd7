"""What a rollout counts of each variant, by blocks of five seconds, and the sum of what all instances counted."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from service.reliability.evidence import Block
from service.reliability.slo import Slo, Variant

BLOCK_SECONDS = 5.0
BLOCKS_PER_ROW = 12
"""A row holds a minute, so that what is written again and again stays small."""

CALLERS_KEPT = 3
"""Callers whose keys a row carries; enough to tell a broken canary from one broken client."""


def block_at(now: float, generation_started_at: float) -> int:
    """The number of the block that an instant belongs to, from 1; a clock that stepped back stays in the first."""
    return max(1, math.floor((now - generation_started_at) / BLOCK_SECONDS) + 1)


@dataclass(slots=True)
class Tally:
    """Requests of one variant that were admitted in one block: so many ended, so many of those badly."""

    admitted: int = 0
    finished: int = 0
    bad: dict[Slo, int] = field(default_factory=dict)

    def add(self, other: "Tally") -> None:
        """Count what another has counted."""
        self.admitted += other.admitted
        self.finished += other.finished
        for slo, count in other.bad.items():
            self.bad[slo] = self.bad.get(slo, 0) + count


@dataclass(slots=True)
class Callers:
    """The keys of a few callers of one variant: of any, and of those with a bad outcome."""

    seen: set[str] = field(default_factory=set)
    bad: dict[Slo, set[str]] = field(default_factory=dict)

    def saw(self, key: str) -> None:
        """A caller was admitted."""
        if len(self.seen) < CALLERS_KEPT:
            self.seen.add(key)

    def suffered(self, key: str, slo: Slo) -> None:
        """A caller's request ended badly."""
        known = self.bad.setdefault(slo, set())
        if len(known) < CALLERS_KEPT:
            known.add(key)

    def add(self, other: "Callers") -> None:
        """Know the callers that another knows."""
        self.seen |= other.seen
        for slo, keys in other.bad.items():
            self.bad.setdefault(slo, set()).update(keys)

    def many(self, slo: Slo) -> bool:
        """Whether the bad outcomes are those of several callers, or of all where there are fewer."""
        return len(self.bad.get(slo, ())) >= min(CALLERS_KEPT, max(1, len(self.seen)))


@dataclass(slots=True)
class RolloutMinute:
    """What one instance counted in one minute of a generation: tallies by block, stage and variant."""

    tallies: dict[int, dict[int, dict[Variant, Tally]]] = field(default_factory=dict)
    callers: dict[Variant, Callers] = field(default_factory=dict)

    def tally(self, block: int, stage: int, variant: Variant) -> Tally:
        """The tally of a variant, made where there is none yet."""
        return self.tallies.setdefault(block, {}).setdefault(stage, {}).setdefault(variant, Tally())

    def callers_of(self, variant: Variant) -> Callers:
        """The callers of a variant."""
        return self.callers.setdefault(variant, Callers())


class FleetCounts:
    """The sum of the rows of one generation; the same whatever their order."""

    def __init__(self, rows: Iterable[RolloutMinute], *, instances: int) -> None:
        self.instances = instances
        self._sum = RolloutMinute()
        for row in rows:
            for block, stage, variant, tally in _tallies(row):
                self._sum.tally(block, stage, variant).add(tally)
            for variant, callers in row.callers.items():
                self._sum.callers_of(variant).add(callers)

    def blocks(self, slo: Slo, *, since_stage: int = 1) -> list[tuple[int, Block]]:
        """The blocks in order, with the outcomes for one SLO; only what was admitted from a stage on."""
        blocks = []
        for index in sorted(self._sum.tallies):
            stable, canary = Tally(), Tally()
            for stage, variants in self._sum.tallies[index].items():
                if stage >= since_stage:
                    stable.add(variants.get(Variant.STABLE, Tally()))
                    canary.add(variants.get(Variant.CANARY, Tally()))
            if stable.admitted or canary.admitted:
                blocks.append(
                    (
                        index,
                        Block(canary.admitted, canary.bad.get(slo, 0), stable.admitted, stable.bad.get(slo, 0)),
                    )
                )
        return blocks

    def of_stage(self, stage: int, variant: Variant) -> Tally:
        """All that one stage admitted to a variant."""
        total = Tally()
        for _, of, which, tally in _tallies(self._sum):
            if of == stage and which is variant:
                total.add(tally)
        return total

    def of_blocks(self, first: int, last: int, variant: Variant) -> Tally:
        """All that was admitted to a variant from one block to another, both counted in."""
        total = Tally()
        for block, _, which, tally in _tallies(self._sum):
            if first <= block <= last and which is variant:
                total.add(tally)
        return total

    def many_callers(self, slo: Slo) -> bool:
        """Whether the canary's bad outcomes are those of several callers, or of all where there are fewer."""
        return self._sum.callers_of(Variant.CANARY).many(slo)


def _tallies(row: RolloutMinute) -> Iterator[tuple[int, int, Variant, Tally]]:
    stages: Mapping[int, Mapping[Variant, Tally]]
    for block, stages in row.tallies.items():
        for stage, variants in stages.items():
            for variant, tally in variants.items():
                yield block, stage, variant, tally
