"""All troubles of a service, and the one line that comes first."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ops.diagnosis.fleet import of_flags, of_instances, of_modes, of_rollouts, of_watchdogs
from ops.diagnosis.service import of_breakers, of_gates, of_traffic
from ops.diagnosis.trouble import Trouble, Urgency
from ops.readings.board import Board
from ops.target.identity import OURS

_URGENCIES = tuple(Urgency)


def troubles(board: Board, now: float) -> list[Trouble]:
    """Everything, the most urgent first."""
    found = [_not_twice(trouble, board) for trouble in _all(board, now)]
    return sorted(found, key=lambda trouble: _URGENCIES.index(trouble.urgency))


def _not_twice(trouble: Trouble, board: Board) -> Trouble:
    """Without the advice to set what is set already."""
    modes = board.modes.modes if board.modes else ()
    done = [(mode.name.replace("_", "-"), "on") for mode in modes if mode.in_force]
    return replace(trouble, command=("watch",)) if tuple(trouble.command[:2]) in done else trouble


def _all(board: Board, now: float) -> Iterator[Trouble]:
    yield from of_traffic(board.rates)
    yield from of_breakers(board.breakers or ())
    if board.gates:
        yield from of_gates(board.gates, spared=_in_safe_mode(board))
    yield from of_rollouts(board.rollouts or (), now)
    if board.watched:
        yield from of_watchdogs(board.watched)
    if board.modes:
        yield from of_modes(board.modes)
    yield from of_flags(board.flags or (), now)
    if board.instances:
        yield from of_instances(board.instances)
    for part, why in board.unknown.items():
        yield Trouble(urgency=Urgency.UNKNOWN, sentence=f"{part} are not known: {why.rstrip('.')}")
    if board.untold:
        version = board.identity.version
        yield Trouble(
            urgency=Urgency.NOTE,
            sentence=f"version {version} of the service does not tell of {', '.join(board.untold)}; ops is of {OURS}",
        )


def verdict(found: Sequence[Trouble]) -> tuple[Urgency | None, str]:
    """The line that comes first; no urgency: all is well."""
    matters = [trouble for trouble in found if trouble.urgency is not Urgency.NOTE]
    if not matters:
        return (Urgency.NOTE, "Nothing is wrong; what somebody meant so is below.") if found else (None, "All is well.")
    worst = matters[0]
    more = f" (and {len(matters) - 1} more)" if len(matters) > 1 else ""
    said = worst.sentence[:1].upper() + worst.sentence[1:]
    return worst.urgency, f"{said}{more}."


def _in_safe_mode(board: Board) -> bool:
    return board.modes is not None and any(mode.name == "safe_mode" and mode.in_force for mode in board.modes.modes)
