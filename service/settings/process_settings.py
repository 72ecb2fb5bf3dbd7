"""How an instance is reached, and how it ends."""

import dataclasses
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

from service.settings.quantity import integer, seconds
from service.settings.variable import folder, header_value, text


@dataclasses.dataclass(frozen=True, kw_only=True, repr=False)  # as Settings, of which it is a part
class ProcessSettings:
    """The process that an instance is."""

    host: Annotated[str, text("HOST", "127.0.0.1", "Address to listen on.")]
    port: Annotated[
        int, integer("PORT", "8000", "Port to listen on; 0 lets the kernel choose.", at_least=0, at_most=65535)
    ]
    environment: Annotated[
        str, header_value("ENVIRONMENT", "development", "Name of the deployment, shown at `/identity`.")
    ]
    drain: Annotated[
        timedelta, seconds("DRAIN_SECONDS", "10", "After SIGTERM, time for accepted requests to end.", at_most=600)
    ]
    dashboard_folder: Annotated[
        Path | None,
        folder(
            "DASHBOARD_FOLDER",
            "The dashboard as it was built, shown at `/`; empty: it is not shown here.",
            holding="index.html",
        ),
    ]

    @property
    def bound_to_loopback(self) -> bool:
        """Whether nobody but this machine reaches the service."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"
