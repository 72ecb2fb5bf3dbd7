"""A service that has just started, or whose breaker is about to close, is given a little time."""

import time
from http import HTTPStatus

from ops.deployment.door import Answer, Door

PATIENCE = 15.0  # seconds
PAUSE = 0.5  # seconds between two requests


def settled(door: Door, path: str) -> Answer:
    """The answer once it says ok or ready, or the last one. Raises OperationError."""
    give_up_at = time.monotonic() + PATIENCE
    while True:
        answer = door.ask(path)
        well = answer.status == HTTPStatus.OK and answer.document().get("status") in {"ok", "ready"}
        if well or time.monotonic() >= give_up_at:
            return answer
        time.sleep(PAUSE)
