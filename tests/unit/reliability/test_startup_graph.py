from itertools import pairwise

import pytest

from service.reliability.startup_graph import (
    CycleError,
    DuplicateNodeError,
    MissingNodeError,
    Node,
    NodeStatus,
    StartupGraph,
)

SERVICE = (
    Node(id="settings"),
    Node(id="database", needs=("settings",)),
    Node(id="queue", needs=("settings",)),
    Node(id="embeddings", needs=("settings",), critical=False),
    Node(id="board", needs=("database",), critical=False, condition="FLEET"),
    Node(id="indexer", needs=("queue", "embeddings", "database"), critical=False),
    Node(id="api", needs=("indexer", "board")),
)


def test_what_needs_nothing_unstarted_shares_a_rank() -> None:
    assert StartupGraph(SERVICE).ranks == (
        ("settings",),
        ("database", "embeddings", "queue"),
        ("board", "indexer"),
        ("api",),
    )


def test_every_node_stops_before_what_it_needs() -> None:
    graph = StartupGraph(SERVICE)
    order = graph.stop_order
    assert sorted(order) == sorted(graph.nodes)
    assert all(order.index(node.id) < order.index(need) for node in SERVICE for need in node.needs)


def test_a_circle_is_refused_and_shown() -> None:
    with pytest.raises(CycleError) as error:
        StartupGraph([Node(id="a", needs=("b",)), Node(id="b", needs=("c",)), Node(id="c", needs=("a",))])
    path = error.value.path
    assert path[0] == path[-1]
    assert {*pairwise(path)} == {("a", "b"), ("b", "c"), ("c", "a")}
    assert " → ".join(path) in str(error.value)


def test_a_node_that_needs_itself_is_a_circle() -> None:
    with pytest.raises(CycleError, match="a → a"):
        StartupGraph([Node(id="a", needs=("a",))])


def test_missing_names_are_all_shown_with_who_needs_them() -> None:
    with pytest.raises(MissingNodeError) as error:
        StartupGraph([Node(id="api", needs=("databse", "queue")), Node(id="database")])
    assert error.value.paths == (("api", "databse"), ("api", "queue"))
    assert str(error.value) == (
        "'databse' is needed and not declared: api → databse; 'queue' is needed and not declared: api → queue. "
        "Declared are: api, database"
    )


def test_the_same_name_twice_is_refused() -> None:
    with pytest.raises(DuplicateNodeError, match=r"more than once: a, b$") as error:
        StartupGraph([Node(id="b"), Node(id="a"), Node(id="a"), Node(id="b"), Node(id="c")])
    assert error.value.ids == ("a", "b")


def test_a_node_whose_condition_is_off_is_left_out_and_what_needs_it_starts_without() -> None:
    graph = StartupGraph(SERVICE)
    off, on = graph.where(lambda _: False), graph.where(lambda name: name == "FLEET")
    assert "board" not in off.nodes
    assert off.nodes["api"].needs == ("indexer",)
    assert on.nodes == graph.nodes


def test_a_path_shows_the_longest_chain_of_needs() -> None:
    assert StartupGraph(SERVICE).path_to("api") == ("settings", "queue", "indexer", "api")
    assert StartupGraph(SERVICE).path_to("board") == ("settings", "database", "board")
    assert StartupGraph(SERVICE).path_to("settings") == ("settings",)


def test_a_long_chain_goes_before_a_short_one_whatever_their_names() -> None:
    nodes = [Node(id="a"), Node(id="b", needs=("a",)), Node(id="z"), Node(id="api", needs=("z", "b"))]
    assert StartupGraph(nodes).path_to("api") == ("a", "b", "api")


def test_a_critical_node_that_fails_has_failed() -> None:
    graph = StartupGraph(SERVICE)
    assert graph.status_after("database", {"settings": NodeStatus.STARTED}, failed=True) is NodeStatus.FAILED


def test_a_node_that_is_not_critical_is_degraded_when_it_fails_and_so_are_its_dependents() -> None:
    graph = StartupGraph(SERVICE)
    statuses = dict.fromkeys(graph.nodes, NodeStatus.STARTED)
    statuses["embeddings"] = graph.status_after("embeddings", statuses, failed=True)
    statuses["indexer"] = graph.status_after("indexer", statuses, failed=False)
    statuses["api"] = graph.status_after("api", statuses, failed=False)
    assert statuses == {
        "settings": NodeStatus.STARTED,
        "database": NodeStatus.STARTED,
        "queue": NodeStatus.STARTED,
        "embeddings": NodeStatus.DEGRADED,
        "board": NodeStatus.STARTED,
        "indexer": NodeStatus.DEGRADED,
        "api": NodeStatus.DEGRADED,
    }


def test_a_node_whose_needs_are_well_has_started() -> None:
    graph = StartupGraph(SERVICE)
    assert graph.status_after("queue", {"settings": NodeStatus.STARTED}, failed=False) is NodeStatus.STARTED
