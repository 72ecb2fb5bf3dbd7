"""`ops quarantine | release`: an agent's messages held, or let go on."""

from typing import Annotated

import typer

from ops.changes.change import Change
from ops.changes.levers import quarantine as quarantine_of
from ops.commands.change_command import change_command
from ops.commands.names import agents

AgentArgument = Annotated[str, typer.Argument(autocompletion=agents, show_default=False)]


@change_command(may_end=True)
def quarantine(agent: AgentArgument) -> Change:
    """Hold an agent's messages: none is delivered, none is lost."""
    return quarantine_of(agent, on=True)


@change_command()
def release(agent: AgentArgument) -> Change:
    """Let an agent's messages go on."""
    return quarantine_of(agent, on=False)
