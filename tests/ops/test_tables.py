"""Tables in a pipe, and figures as people read them."""

import pytest

from ops.readings.breakers import breakers
from ops.show.sparkline import sparkline
from ops.show.table import Cell, Column, plain_lines, state
from ops.show.words import counted, left, milliseconds, percent, span
from ops.target.fields import Fields


def test_a_pipe_gets_aligned_lines_with_nothing_at_their_ends() -> None:
    columns = (Column("breaker"), Column("calls", right=True), Column("why"))
    rows: list[list[Cell]] = [["embeddings:stable", "7", state("half_open")], ["event_queue", "1000", "two\nlines"]]
    assert plain_lines(columns, rows) == [
        "breaker            calls  why",
        "embeddings:stable      7  half open",
        "event_queue         1000  two lines",
    ]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (75, "75 s"), (900, "15 min"), (9000, "2 h"), (3e5, "3 d")],
)
def test_a_span_is_rounded_to_what_tells_something(seconds: float, said: str) -> None:
    assert span(seconds) == said


def test_figures_say_their_unit_and_what_is_missing_is_a_dash() -> None:
    assert [milliseconds(each) for each in (None, 0.0123, 1.5)] == ["-", "12.3 ms", "1.50 s"]
    assert [percent(each) for each in (None, 0.0, 0.1234)] == ["-", "0 %", "12.3 %"]
    assert [counted(each, "dead letter") for each in (0, 1, 1200)] == [
        "no dead letter",
        "1 dead letter",
        "1,200 dead letters",
    ]
    assert [left(each, 100.0) for each in (None, 90.0, 160.0)] == ["no end", "ended", "60 s left"]


def test_a_half_open_breaker_says_why_it_rejects_only_while_it_does() -> None:
    for probes, reason in ((0, ""), (3, "3 probes are in flight")):
        told = {"state": "half_open", "reason": f"{probes} probes are in flight", "probes_in_flight": probes}
        assert [each.reason for each in breakers(Fields({"circuit_breakers": [told]}))] == [reason]


def test_a_sparkline_tells_nothing_from_little_and_keeps_its_width() -> None:
    assert sparkline([0, 1, 4, 8], width=6) == "   ▂▅█"
    assert sparkline([0, 0], width=2) == "  "
