"""How events are delivered."""

import dataclasses
from datetime import timedelta
from typing import Annotated

from service.settings.quantity import integer, seconds


@dataclasses.dataclass(frozen=True, kw_only=True, repr=False)  # as Settings, of which it is a part
class QueueSettings:
    """The terms of the event queue in the SQLite file; on AWS the queues have their own."""

    queue_visibility: Annotated[
        timedelta,
        seconds(
            "QUEUE_VISIBILITY_SECONDS",
            "30",
            "How long a claimed event stays hidden from other claims; renewed while it is delivered.",
        ),
    ]
    queue_max_receives: Annotated[
        int,
        integer(
            "QUEUE_MAX_RECEIVES",
            "5",
            "Deliveries of an event before it becomes a dead letter.",
            unit="deliveries",
            at_least=1,
            at_most=1000,
        ),
    ]
