"""Which mutants were noticed, file by file, from what mutmut says of each."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

NOTICED = frozenset({"killed", "timeout", "segfault"})
"""A mutant that hangs or breaks the interpreter would hang or break the tests of whoever made it by mistake."""

_RESULT = re.compile(r"^ *(?P<mutant>(?P<module>[\w.]+)\.\w+__mutmut_\d+): (?P<status>[\w ]+)$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Score:
    """What came of the mutants of one file."""

    file: str
    killed: int  # a test failed
    hung: int  # noticed as well: the tests did not end
    survivors: tuple[str, ...]  # every other, whatever became of it

    @classmethod
    def of_all(cls, files: Iterable["Score"]) -> "Score":
        """The sum over all files."""
        each = [*files]
        return cls(
            file="all",
            killed=sum(score.killed for score in each),
            hung=sum(score.hung for score in each),
            survivors=tuple(mutant for score in each for mutant in score.survivors),
        )

    @property
    def mutants(self) -> int:
        """All that were tried."""
        return self.killed + self.hung + len(self.survivors)

    @property
    def ratio(self) -> float:
        """The share that was noticed."""
        return (self.killed + self.hung) / self.mutants


def scores(results: str) -> list[Score]:
    """The score of each file, from the lines of `mutmut results --all true`.

    Raises:
        ValueError: there is not one result among them.
    """
    files: dict[str, dict[str, str]] = defaultdict(dict)
    for found in _RESULT.finditer(results):
        files[found["module"]][found["mutant"]] = found["status"]
    if not files:
        raise ValueError(f"no result of a mutant in what mutmut printed: {results[:200]!r}")
    return [_score(module.rpartition(".")[2] + ".py", mutants) for module, mutants in sorted(files.items())]


def table(rows: Iterable[Score]) -> str:
    """One line a score, in Markdown."""
    lines = (
        f"| {row.file} | {row.mutants} | {row.killed} | {row.hung} | {len(row.survivors)} | {row.ratio:.1%} |"
        for row in rows
    )
    return "\n".join(
        ("| File | mutants | killed | hung | survived | score |", "|---|---:|---:|---:|---:|---:|", *lines)
    )


def _score(file: str, mutants: dict[str, str]) -> Score:
    killed = sum(status == "killed" for status in mutants.values())
    noticed = sum(status in NOTICED for status in mutants.values())
    survivors = tuple(mutant for mutant, status in mutants.items() if status not in NOTICED)
    return Score(file=file, killed=killed, hung=noticed - killed, survivors=survivors)
