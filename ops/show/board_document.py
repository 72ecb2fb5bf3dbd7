"""All that `ops status` and `ops watch` know, for programs."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ops.diagnosis.trouble import Trouble
from ops.diagnosis.verdict import verdict
from ops.readings.board import Board
from ops.target.context import Context


def board_document(board: Board, found: Sequence[Trouble], context: Context, now: float) -> dict[str, Any]:
    """The verdict, the troubles, and the answers of the service as they came."""
    urgency, said = verdict(found)
    return {
        "verdict": urgency or "ok",
        "sentence": said,
        "context": context.name,
        "url": context.url,
        "at": now,
        "identity": asdict(board.identity),
        "troubles": [
            {
                "urgency": trouble.urgency,
                "sentence": trouble.sentence,
                "next": context.command(*trouble.command) if trouble.command else None,
                "runbook": trouble.runbook,
            }
            for trouble in found
        ],
        "rates": asdict(board.rates) if board.rates else None,
        "measured_at": list(board.measured),
        "told_by": board.told_by,
        "unknown": board.unknown,
        "untold": list(board.untold),
        **{part.replace(" ", "_"): document for part, document in board.documents.items()},
    }
