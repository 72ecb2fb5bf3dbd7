"""`ops safe-mode | write-drain | brownout`: how every instance works, apart from the usual."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated

import typer

from ops.changes.change import Change
from ops.changes.levers import mode
from ops.commands.change_command import change_command


class Switch(StrEnum):
    """What a mode is set to."""

    ON = "on"
    OFF = "off"


SwitchArgument = Annotated[Switch, typer.Argument(show_default=False)]

MODES: Mapping[str, str] = {
    "safe-mode": "No call to the provider, and no delivery to an agent: for when what is outside cannot be trusted.",
    "brownout": "Features that have a fallback take it: for when the provider is down, or the load is too high.",
    "write-drain": "Writes are refused with 503, reads are served: for when the store must rest.",
}
"""What each does to callers, and when it is meant."""


def switching(name: str) -> Callable[..., None]:
    """The command that switches a mode; the modes take the same options, the severe and the others."""

    def switched(switch: SwitchArgument) -> Change:
        return mode(name, on=switch is Switch.ON)

    switched.__doc__ = MODES[name]
    return change_command(may_end=True)(switched)
