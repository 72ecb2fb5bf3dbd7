"""What the instances know one another by."""

import dataclasses
from typing import Annotated

from service.settings.variable import header_value, redis_url


@dataclasses.dataclass(frozen=True, kw_only=True, repr=False)  # as Settings, of which it is a part
class FleetSettings:
    """This instance among the others."""

    instance_id: Annotated[
        str, header_value("INSTANCE_ID", "", "Name of this instance; empty: host name and process id.")
    ]
    count_board_url: Annotated[
        str,
        redis_url(
            "COUNT_BOARD_URL",
            "",
            "Redis that the instances share their counts through; empty: they share the SQLite file.",
        ),
    ]
