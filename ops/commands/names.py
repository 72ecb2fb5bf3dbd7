"""Names for the shell to complete, asked of the target while somebody types."""

from collections.abc import Callable

import typer

from ops.changes.lever import AGENTS, BREAKERS, FLAGS, ROLLOUTS, Names
from ops.commands.asked import contexts, opened
from ops.errors import OperationError
from ops.target.target import QUICK


def _completion(names: Names) -> Callable[[typer.Context], list[str]]:
    def complete(ctx: typer.Context) -> list[str]:
        try:
            with opened(ctx, timeout=QUICK) as target:
                return names.known(target)
        except OperationError:  # who types is not helped by an error
            return []

    return complete


agents = _completion(AGENTS)
breakers = _completion(BREAKERS)
flags = _completion(FLAGS)
rollouts = _completion(ROLLOUTS)


def context_names() -> list[str]:
    """Those of the contexts' file."""
    try:
        return list(contexts().by_name)
    except OperationError:  # as above
        return []
