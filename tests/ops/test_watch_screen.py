"""What the live screen says when nobody answers any more."""

from dataclasses import replace

from rich.console import Console

from ops.diagnosis.verdict import troubles
from ops.readings.board import Board
from ops.readings.breakers import breakers
from ops.readings.journal import Event
from ops.readings.watching import Look
from ops.show.watch import watch
from ops.target.context import Context
from ops.target.fields import Fields
from ops.target.identity import Identity

CONTEXT = Context(name="lab", url="http://127.0.0.1:1")
BOARD = Board(
    identity=Identity(version="0.1.0", environment="local", instance="one"),
    breakers=breakers(Fields({"circuit_breakers": [{"name": "event_queue", "state": "open", "reason": "x" * 200}]})),
)


def lines(look: Look, *, now: float) -> list[str]:
    console = Console(width=80, color_system=None)
    with console.capture() as captured:
        console.print(watch(look, troubles(look.board, 0.0), CONTEXT, now=now, wall=0.0))
    return [line.rstrip() for line in captured.get().splitlines()]


def test_what_is_known_stays_in_sight_beside_its_age() -> None:
    shown = lines(Look(board=BOARD, read_at=100.0, failure="http://127.0.0.1:1 does not answer."), now=112.0)
    assert shown[0] == "lab one 0.1.0  data is 12 s old"
    assert shown[1].startswith("http://127.0.0.1:1 does not answer. What is shown is the past")
    assert "breakers event_queue open" in shown


def test_what_was_well_is_not_said_to_be_well_when_nobody_answers() -> None:
    well = Board(identity=BOARD.identity)
    for look, now in (
        (Look(board=well, read_at=100.0, failure="Nobody."), 101.0),
        (Look(board=well, read_at=1.0), 9.0),
    ):
        shown = lines(look, now=now)
        assert "Nothing is known of the present. It was so:" in shown
        assert not any("well" in line for line in shown)
    assert "All is well." in lines(Look(board=well, read_at=100.0), now=100.5)


def test_what_an_operator_set_is_told_with_what_it_is_now_and_by_whom() -> None:
    event = Event(at=0.0, type="mode_changed", subject="brownout", reason="it errs", instance="one", by="ann", on=True)
    (line,) = (
        line
        for line in lines(Look(board=Board(identity=BOARD.identity, events=[event]), read_at=1.0), now=1.0)
        if "brownout" in line
    )
    assert line.endswith("mode changed brownout on by ann: it errs")
    assert replace(event, on=False).told == "off by ann: it errs"
    assert replace(event, type="flag_changed").told == "set by ann: it errs"
    assert replace(event, type="agent_quarantined").told == "by ann: it errs"
    assert replace(event, by="").told == "it errs"


def test_a_trouble_takes_a_line_and_its_command_another() -> None:
    shown = lines(Look(board=BOARD, read_at=100.0), now=100.5)
    (bad,) = (number for number, line in enumerate(shown) if line.startswith("  bad breaker event_queue is open"))
    assert shown[bad].endswith("…")
    assert shown[bad + 1] == "    ops --context lab breakers list"
