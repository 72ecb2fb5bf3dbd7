"""A question that decides whether a run may be believed."""

from collections.abc import Iterable
from itertools import islice

import msgspec

EXAMPLES = 3


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """What was compared, how often it disagreed, and a few of the disagreements."""

    name: str
    compared: int
    unit: str  # what was compared
    disagreements: int = 0
    examples: list[str] = []
    remark: str = ""

    @property
    def holds(self) -> bool:
        """Whether nothing disagreed."""
        return self.disagreements == 0

    @property
    def sentence(self) -> str:
        """How it went, with an example when it went wrong."""
        if self.holds:
            return f"{self.name}: {self.compared:,} {self.unit}"
        return f"{self.name}: not so for {self.disagreements:,} of {self.compared:,} {self.unit}, as {self.examples[0]}"


def check(name: str, disagreements: Iterable[str], *, compared: int, unit: str, remark: str = "") -> Check:
    """A check from the sentences about its disagreements."""
    rest = iter(disagreements)
    examples = list(islice(rest, EXAMPLES))
    return Check(
        name=name,
        compared=compared,
        unit=unit,
        disagreements=len(examples) + sum(1 for _ in rest),
        examples=examples,
        remark=remark,
    )
