"""What starts before what, and what becomes of the rest when a node fails to start."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from graphlib import CycleError as GraphlibCycleError
from graphlib import TopologicalSorter


class StartupGraphError(ValueError):
    """The nodes declared cannot be started in any order."""


class CycleError(StartupGraphError):
    """Nodes need one another; `path` begins and ends with the same one."""

    def __init__(self, path: tuple[str, ...]) -> None:
        super().__init__(f"Startup nodes need one another in a circle: {_drawn(path)}")
        self.path = path


class MissingNodeError(StartupGraphError):
    """Nodes need what is declared nowhere; each of the `paths` is a node and the name that is missing."""

    def __init__(self, paths: tuple[tuple[str, str], ...], declared: Iterable[str]) -> None:
        sentences = "; ".join(f"{need!r} is needed and not declared: {_drawn((node, need))}" for node, need in paths)
        super().__init__(f"{sentences}. Declared are: {', '.join(sorted(declared))}")
        self.paths = paths


class DuplicateNodeError(StartupGraphError):
    """The same id is declared more than once."""

    def __init__(self, ids: tuple[str, ...]) -> None:
        super().__init__(f"Startup nodes declared more than once: {', '.join(ids)}")
        self.ids = ids


class NodeStatus(StrEnum):
    """How far a node has come."""

    PENDING = "pending"
    STARTED = "started"
    DEGRADED = "degraded"  # not critical, and it failed; or it started and needs a node that is degraded
    FAILED = "failed"  # critical: the start stops


@dataclass(frozen=True, kw_only=True)
class Node:
    """One thing to start, after all that it needs."""

    id: str
    needs: tuple[str, ...] = ()
    critical: bool = True
    condition: str | None = None  # the name of a flag; the node is left out while it is off


class StartupGraph:
    """Nodes in an order in which they can start.

    Raises:
        DuplicateNodeError, MissingNodeError, CycleError: naming what is wrong and the path that leads there.
    """

    def __init__(self, nodes: Iterable[Node]) -> None:
        declared = (*nodes,)
        _refuse_duplicates(declared)
        self.nodes: Mapping[str, Node] = {node.id: node for node in declared}
        _refuse_missing(self.nodes)
        self.ranks = _ranks(self.nodes)
        """The nodes of one rank may start at the same time, once those of the ranks before have."""

    def where(self, is_on: Callable[[str], bool]) -> "StartupGraph":
        """The graph without the nodes whose condition is off; those that need one start without it."""
        kept = {node.id: node for node in self.nodes.values() if node.condition is None or is_on(node.condition)}
        return StartupGraph(
            replace(node, needs=tuple(need for need in node.needs if need in kept)) for node in kept.values()
        )

    @property
    def stop_order(self) -> tuple[str, ...]:
        """All nodes, each before everything that it needs."""
        return tuple(node for rank in reversed(self.ranks) for node in reversed(rank))

    def path_to(self, node_id: str) -> tuple[str, ...]:
        """A longest chain of needs that ends at the node: what had to start before it, first of all first."""
        chains = (self.path_to(need) for need in self.nodes[node_id].needs)
        return (*max(chains, key=len, default=()), node_id)

    def status_after(self, node_id: str, statuses: Mapping[str, NodeStatus], *, failed: bool) -> NodeStatus:
        """What the node is, now that its start ended, given the statuses of the nodes that it needs."""
        node = self.nodes[node_id]
        if failed:
            return NodeStatus.FAILED if node.critical else NodeStatus.DEGRADED
        if any(statuses[need] is NodeStatus.DEGRADED for need in node.needs):
            return NodeStatus.DEGRADED
        return NodeStatus.STARTED


def _refuse_duplicates(nodes: tuple[Node, ...]) -> None:
    ids = [node.id for node in nodes]
    if repeated := tuple(sorted({node_id for node_id in ids if ids.count(node_id) > 1})):
        raise DuplicateNodeError(repeated)


def _refuse_missing(nodes: Mapping[str, Node]) -> None:
    if paths := tuple((node.id, need) for node in nodes.values() for need in node.needs if need not in nodes):
        raise MissingNodeError(paths, nodes)


def _ranks(nodes: Mapping[str, Node]) -> tuple[tuple[str, ...], ...]:
    sorter = TopologicalSorter({node.id: node.needs for node in nodes.values()})
    try:
        sorter.prepare()
    except GraphlibCycleError as error:
        # graphlib lists a node before those that need it; a reader follows the needs.
        raise CycleError(tuple(reversed(error.args[1]))) from error
    ranks = []
    while sorter.is_active():
        ready = sorter.get_ready()
        ranks.append(tuple(sorted(ready)))
        sorter.done(*ready)
    return tuple(ranks)


def _drawn(path: tuple[str, ...]) -> str:
    return " → ".join(path)
