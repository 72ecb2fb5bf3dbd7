"""Starts the parts of the service in the order of the startup graph, and stops them in reverse."""

import asyncio
import time
import tomllib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import msgspec.structs

from service.dependencies.errors import AttemptError
from service.reliability.startup_graph import Node, NodeStatus, StartupGraph, StartupGraphError
from service.store.errors import StoreUnusableError

START_TIMEOUT = 10.0  # seconds for one node


@dataclass(frozen=True, kw_only=True)
class Part:
    """What a node starts and stops. `stop` must also clean up after a start that failed."""

    start: Callable[[], Awaitable[None]]
    stop: Callable[[], Awaitable[None]]


class StartError(Exception):
    """A critical node failed; the message names the path that leads to it."""


class NodeReport(msgspec.Struct, frozen=True, kw_only=True):
    """How the start of a node went."""

    id: str
    needs: tuple[str, ...]
    critical: bool
    rank: int
    status: NodeStatus
    seconds: float | None  # None: not started yet
    error: str


class Startup:
    """One start of the service, and later its stop."""

    def __init__(
        self, graph: StartupGraph, parts: Mapping[str, Part], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._graph = graph
        self._parts = parts
        self._clock = clock
        self._status = dict.fromkeys(graph.nodes, NodeStatus.PENDING)
        self._begun: set[str] = set()
        self._seconds: dict[str, float] = {}
        self._errors: dict[str, str] = {}

    async def start(self) -> None:
        """Start rank after rank, the nodes of a rank at the same time.

        Raises:
            StartError: a critical node failed; what had been started is still to be stopped.
        """
        for rank in self._graph.ranks:
            async with asyncio.TaskGroup() as group:
                for node in rank:
                    group.create_task(self._start(node))
            for node in rank:
                if self._status[node] is NodeStatus.FAILED:
                    path = " → ".join(self._graph.path_to(node))
                    raise StartError(f"cannot start {path}: {self._errors[node]}")

    async def stop(self) -> None:
        """Stop what was begun, each node before those that it needs."""
        async with AsyncExitStack() as stack:  # goes on when one of them fails to stop
            for node in reversed(self._graph.stop_order):
                if node in self._begun:
                    stack.push_async_callback(self._parts[node].stop)

    def report(self) -> list[NodeReport]:
        """How it went, rank by rank."""
        return [
            NodeReport(
                id=node,
                needs=self._graph.nodes[node].needs,
                critical=self._graph.nodes[node].critical,
                rank=number,
                status=self._status[node],
                seconds=self._seconds.get(node),
                error=self._errors.get(node, ""),
            )
            for number, rank in enumerate(self._graph.ranks)
            for node in rank
        ]

    async def _start(self, node: str) -> None:
        self._begun.add(node)
        began = self._clock()
        try:
            async with asyncio.timeout(START_TIMEOUT):
                await self._parts[node].start()
        except (StoreUnusableError, AttemptError) as error:
            self._errors[node] = str(error)
        except TimeoutError:
            self._errors[node] = f"it took longer than {START_TIMEOUT:g} s"
        self._seconds[node] = self._clock() - began
        self._status[node] = self._graph.status_after(node, self._status, failed=node in self._errors)


async def start_plainly(parts: Iterable[Part], stack: AsyncExitStack) -> None:
    """Start one part after the other; the stack stops them, the last one first.

    Raises:
        StartError: one of them cannot start.
    """
    for part in parts:
        stack.push_async_callback(part.stop)
        try:
            await part.start()
        except StoreUnusableError as error:
            raise StartError(f"cannot start: {error}") from error


def graph_from(file: Path, *, flags: Mapping[str, bool]) -> StartupGraph:
    """The graph that a file declares, without the nodes whose flag is off.

    Raises:
        StartupGraphError: a node is not declared as expected, or the nodes cannot be started in any order.
    """
    declared = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _Declared)
    nodes = [_node(table) for table in declared.node]
    for node in nodes:
        if node.condition is not None and node.condition not in flags:
            known = ", ".join(sorted(flags)) or "none"
            raise StartupGraphError(
                f"Startup node {node.id!r} has the condition {node.condition!r}, which is no flag; known are: {known}"
            )
    return StartupGraph(nodes).where(flags.__getitem__)


class _DeclaredNode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    needs: tuple[str, ...] = ()
    critical: bool = True
    condition: str | None = None


class _Declared(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    node: list[dict[str, Any]]


def _node(table: dict[str, Any]) -> Node:
    try:
        declared = msgspec.convert(table, _DeclaredNode)
    except msgspec.ValidationError as error:
        known = ", ".join(_DeclaredNode.__struct_fields__)
        raise StartupGraphError(f"Startup node {table.get('id', table)!r}: {error}; known are: {known}") from error
    return Node(**msgspec.structs.asdict(declared))
