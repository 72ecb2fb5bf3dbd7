"""Answers of the service, as a check gets them."""

import itertools
import json
from collections.abc import Mapping

from ops.deployment.door import Answer

_ids = itertools.count()


def answer(status: int = 200, document: object = None, headers: Mapping[str, str] | None = None) -> Answer:
    """As the service answers: each with a request id of its own."""
    given = {"x-request-id": str(next(_ids)), "content-type": "application/json"} | dict(headers or {})
    return Answer(status=status, headers=given, text=json.dumps(document or {}))
