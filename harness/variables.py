"""The environment variables of load tests and of the simulator, and names that are nearly theirs."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

NEAR_MISS = 0.85
"""The similarity from which an unknown name is taken for a misspelt one."""

OURS = ("BALLAST_", "SIMULATOR_")
"""What our own names begin with; of another's, such as boto3's, there are more than are read here."""


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One of them; the error of whoever reads it says the same of what is `expected`."""

    name: str
    expected: str
    meaning: str
    secret: bool = False


LOAD_TESTS = (
    Variable(
        name="BALLAST_OPERATOR_TOKEN",
        expected="printable ASCII without spaces; of two with a comma between them, the first is used",
        meaning="The `OPERATOR_TOKEN` of a service that the harness has not started.",
        secret=True,
    ),
    Variable(
        name="BALLAST_REVISION",
        expected="a commit",
        meaning="What the image of the load tests was built from, for the report; empty: asked of git.",
    ),
    Variable(
        name="AWS_REGION",
        expected="a region of AWS",
        meaning="Where a secret of the deployment is read whose ARN does not say it.",
    ),
)

SIMULATOR = (
    Variable(
        name="SIMULATOR_API_KEY",
        expected="printable ASCII without spaces; none only on loopback",
        meaning="The key that callers of the simulated provider must have.",
        secret=True,
    ),
    Variable(
        name="SIMULATOR_CONTROL_TOKEN",
        expected="printable ASCII without spaces; none only on loopback",
        meaning="The bearer token of the simulator's control API.",
        secret=True,
    ),
)


def misspelt(environ: Mapping[str, str], declared: Sequence[Variable]) -> Iterator[str]:
    """One sentence for each name in the environment that is all but one of those declared."""
    ours = [variable.name for variable in declared if variable.name.startswith(OURS)]
    for name in sorted(set(environ) - set(ours)):
        near = difflib.get_close_matches(name, ours, n=1, cutoff=NEAR_MISS)
        if near and near[0] not in environ:
            yield f"{name} is not a variable of the harness; did you mean {near[0]}?"
