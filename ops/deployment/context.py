"""The CDK context of a deployment, as it is given with `-c`."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from ops.errors import OperationError
from ops.exit_codes import Exit

IMAGE, ENVIRONMENT, COMPUTE = "imageUri", "environment", "compute"
DEFAULT_ENVIRONMENT = "development"


def parsed(pairs: Sequence[str]) -> dict[str, str]:
    """The context of `KEY=VALUE` pairs. Raises OperationError with all that are none."""
    split = [pair.partition("=") for pair in pairs]
    wrong = [name + sign + value for name, sign, value in split if not name or not sign]
    if wrong:
        raise OperationError("\n".join(f"-c {pair}: expected KEY=VALUE." for pair in wrong), Exit.USAGE)
    return {name: value for name, _, value in split}


def with_that_of(folder: Path, given: Mapping[str, str]) -> dict[str, str]:
    """What the CDK will use: that of the folder's cdk.json, and above it what was given."""
    try:
        kept = json.loads((folder / "cdk.json").read_text(encoding="utf-8")).get("context", {})
    except (OSError, ValueError):
        kept = {}
    return {name: str(value) for name, value in kept.items() if ":" not in name} | dict(given)


def environment(context: Mapping[str, str]) -> str:
    """The name of the environment that it describes."""
    return context.get(ENVIRONMENT, DEFAULT_ENVIRONMENT)
