import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from service.app import STARTUP_GRAPH
from service.dependencies.errors import AttemptError
from service.dependencies.startup import START_TIMEOUT, Part, StartError, Startup, graph_from, start_plainly
from service.reliability.startup_graph import MissingNodeError, Node, NodeStatus, StartupGraph, StartupGraphError
from service.store.errors import StoreUnusableError
from tests.service.virtual_time import now, run


class Log:
    """Makes parts that tell when they start and stop."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def part(self, name: str, *, seconds: float = 0, error: Exception | None = None) -> Part:
        async def start() -> None:
            await asyncio.sleep(seconds)
            if error is not None:
                raise error
            self.lines.append(f"start {name}")

        async def stop() -> None:
            self.lines.append(f"stop {name}")

        return Part(start=start, stop=stop)


GRAPH = StartupGraph(
    [Node(id="disk"), Node(id="provider", critical=False), Node(id="agent", needs=("disk", "provider"), critical=False)]
)


def statuses(startup: Startup) -> dict[str, NodeStatus]:
    return {node.id: node.status for node in startup.report()}


def test_nodes_start_after_what_they_need_and_stop_before_it() -> None:
    async def main() -> None:
        log = Log()
        startup = Startup(GRAPH, {name: log.part(name) for name in ("disk", "provider", "agent")})
        await startup.start()
        assert log.lines[2] == "start agent"
        assert set(statuses(startup).values()) == {NodeStatus.STARTED}
        await startup.stop()
        assert log.lines[3] == "stop agent"
        assert set(log.lines[4:]) == {"stop disk", "stop provider"}

    run(main())


def test_nodes_of_one_rank_start_at_the_same_time() -> None:
    async def main() -> None:
        log = Log()
        parts = {
            "disk": log.part("disk", seconds=3),
            "provider": log.part("provider", seconds=3),
            "agent": log.part("agent"),
        }
        startup = Startup(GRAPH, parts, clock=now)
        await startup.start()
        assert now() == 3
        assert [(node.id, node.rank, node.seconds) for node in startup.report()] == [
            ("disk", 0, 3),
            ("provider", 0, 3),
            ("agent", 1, 0),
        ]

    run(main())


def test_a_node_that_may_fail_is_degraded_and_so_is_what_needs_it() -> None:
    async def main() -> None:
        log = Log()
        parts = {
            "disk": log.part("disk"),
            "provider": log.part("provider", error=AttemptError("the provider answered 401")),
            "agent": log.part("agent"),
        }
        startup = Startup(GRAPH, parts)
        await startup.start()
        assert statuses(startup) == {
            "disk": NodeStatus.STARTED, "provider": NodeStatus.DEGRADED, "agent": NodeStatus.DEGRADED,
        }  # fmt: skip
        assert {node.id: node.error for node in startup.report()}["provider"] == "the provider answered 401"

    run(main())


def test_a_critical_node_that_fails_stops_the_start_and_its_path_is_named() -> None:
    async def main() -> None:
        log = Log()
        graph = StartupGraph([Node(id="disk"), Node(id="table", needs=("disk",)), Node(id="agent", needs=("table",))])
        parts = {
            "disk": log.part("disk"),
            "table": log.part("table", error=StoreUnusableError("file is not a database")),
            "agent": log.part("agent"),
        }
        startup = Startup(graph, parts)
        with pytest.raises(StartError, match="cannot start disk → table: file is not a database"):
            await startup.start()
        await startup.stop()
        assert log.lines == ["start disk", "stop table", "stop disk"]

    run(main())


def test_a_node_that_does_not_come_up_in_time_has_failed() -> None:
    async def main() -> None:
        log = Log()
        startup = Startup(StartupGraph([Node(id="disk")]), {"disk": log.part("disk", seconds=START_TIMEOUT + 1)})
        with pytest.raises(StartError, match="cannot start disk: it took longer than 10 s"):
            await startup.start()
        assert now() == START_TIMEOUT

    run(main())


def test_a_part_that_fails_to_stop_keeps_no_other_from_stopping() -> None:
    async def main() -> None:
        log = Log()

        async def fails() -> None:
            raise OSError("no")

        parts = {"disk": log.part("disk"), "provider": log.part("provider"), "agent": log.part("agent")}
        startup = Startup(GRAPH, {**parts, "agent": Part(start=parts["agent"].start, stop=fails)})
        await startup.start()
        with pytest.raises(OSError, match="no"):
            await startup.stop()
        assert set(log.lines[3:]) == {"stop disk", "stop provider"}

    run(main())


def test_the_plain_start_is_one_after_the_other_and_stops_in_reverse() -> None:
    async def main() -> None:
        log = Log()
        async with AsyncExitStack() as stack:
            await start_plainly([log.part("disk"), log.part("agent")], stack)
        assert log.lines == ["start disk", "start agent", "stop agent", "stop disk"]

    run(main())


def test_the_plain_start_says_what_cannot_start() -> None:
    async def main() -> None:
        log = Log()
        async with AsyncExitStack() as stack:
            with pytest.raises(StartError, match="cannot start: file is not a database"):
                await start_plainly([log.part("disk", error=StoreUnusableError("file is not a database"))], stack)

    run(main())


def test_the_declared_graph_can_start() -> None:
    graph = graph_from(STARTUP_GRAPH, flags={"EMBEDDED_STORES": True, "ON_AWS": False, "WEBHOOK": False})
    assert set(graph.nodes) == {
        "control_store",
        "document_database",
        "event_queue",
        "embeddings",
        "fleet_signals",
        "health_gates",
        "indexer",
        "migrations",
        "watchdogs",
    }
    assert {node.id for node in graph.nodes.values() if not node.critical} == {
        "embeddings",
        "fleet_signals",
        "indexer",
        "watchdogs",
    }


def test_a_node_is_left_out_while_its_flag_is_off(tmp_path: Path) -> None:
    file = tmp_path / "graph.toml"
    file.write_text('[[node]]\nid = "a"\ncondition = "FLAG"\n[[node]]\nid = "b"\nneeds = ["a"]\n', encoding="utf-8")
    assert set(graph_from(file, flags={"FLAG": True}).nodes) == {"a", "b"}
    assert set(graph_from(file, flags={"FLAG": False}).nodes) == {"b"}


def test_a_graph_that_names_what_is_not_there_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "graph.toml"
    file.write_text('[[node]]\nid = "a"\nneeds = ["b"]\n', encoding="utf-8")
    with pytest.raises(MissingNodeError, match="a → b"):
        graph_from(file, flags={})


def test_a_condition_that_is_no_flag_is_refused_with_those_that_are(tmp_path: Path) -> None:
    file = tmp_path / "graph.toml"
    file.write_text('[[node]]\nid = "a"\ncondition = "USE_X"\n', encoding="utf-8")
    with pytest.raises(StartupGraphError) as refused:
        graph_from(file, flags={"FAULT_INJECTION": True, "CACHE": False})
    assert str(refused.value) == (
        "Startup node 'a' has the condition 'USE_X', which is no flag; known are: CACHE, FAULT_INJECTION"
    )


def test_a_misspelt_key_of_a_node_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    file = tmp_path / "graph.toml"
    file.write_text('[[node]]\nid = "a"\n[[node]]\nid = "b"\nneed = ["a"]\n', encoding="utf-8")
    with pytest.raises(StartupGraphError) as refused:
        graph_from(file, flags={})
    assert str(refused.value) == (
        "Startup node 'b': Object contains unknown field `need`; known are: id, needs, critical, condition"
    )
