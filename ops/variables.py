"""The environment variables of `ops`, and names that are nearly theirs."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

NEAR_MISS = 0.85
"""The similarity from which an unknown name is taken for a misspelt one."""

OURS = "BALLAST_"
"""What our own names begin with; of another's, such as boto3's, there are more than are read here."""


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One of them; the error of whoever reads it says the same of what is `expected`."""

    name: str
    kind: str = "text"
    default: str = ""
    expected: str
    meaning: str
    secret: bool = False


VARIABLES = (
    Variable(
        name="BALLAST_CONTEXT",
        default="local",
        expected="a name of `ops context list`",
        meaning="The service to work on, where the command has no `--context`.",
    ),
    Variable(
        name="BALLAST_URL",
        kind="URL",
        expected="http://HOST[:PORT] or https://HOST[:PORT]",
        meaning="Address of the context `local`; empty: that of the file of contexts, or `http://127.0.0.1:8000`.",
    ),
    Variable(
        name="BALLAST_CONFIG",
        kind="path",
        expected="a file that exists",
        meaning="The file of contexts; empty: `ballast/ops.toml` in `XDG_CONFIG_HOME`.",
    ),
    Variable(
        name="BALLAST_OPERATOR",
        expected="1 to 64 printable ASCII characters",
        meaning="Who acts, for the audit; empty: the context's `who`, or the user at this machine.",
    ),
    Variable(
        name="BALLAST_OPERATOR_TOKEN",
        expected="printable ASCII without spaces; of two with a comma between them, the first is used",
        meaning="The service's `OPERATOR_TOKEN`; empty: that of the system's keyring.",
        secret=True,
    ),
    Variable(
        name="BALLAST_VIEWER_TOKEN",
        expected="printable ASCII without spaces; of two with a comma between them, the first is used",
        meaning="The service's `VIEWER_TOKEN`, to look with; empty: the operator's token.",
        secret=True,
    ),
    Variable(
        name="XDG_CONFIG_HOME",
        kind="path",
        default="~/.config",
        expected="a folder",
        meaning="Where `ballast/ops.toml` is looked for.",
    ),
    Variable(
        name="AWS_REGION",
        expected="a region of AWS",
        meaning="Where `ops deploy` deploys; empty: as boto3 finds it.",
    ),
    Variable(
        name="AWS_ENDPOINT_URL",
        kind="URL",
        expected="an http or https address",
        meaning="An AWS on this machine instead of Amazon's, as boto3 takes it.",
    ),
)


def misspelt(environment: Mapping[str, str]) -> Iterator[str]:
    """One sentence for each name in the environment that is all but one of ours."""
    ours = [variable.name for variable in VARIABLES if variable.name.startswith(OURS)]
    for name in sorted(set(environment) - set(ours)):
        near = difflib.get_close_matches(name, ours, n=1, cutoff=NEAR_MISS)
        if near and near[0] not in environment:
            yield f"{name} is not a variable of ops; did you mean {near[0]}?"
