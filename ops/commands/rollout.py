"""`ops rollout`: the canaries."""

import time
from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from ops.changes.change import Change
from ops.changes.rollout_step import RolloutStep
from ops.commands.asked import opened
from ops.commands.change_command import change_command
from ops.commands.names import rollouts as known_rollouts
from ops.commands.options import AnyOutputOption
from ops.readings.rollouts import rollouts
from ops.show.output import Output, as_json, chosen
from ops.show.table import print_table
from ops.show.tables import ROLLOUTS, rollout_rows

app = typer.Typer(help="Rollouts: list them, and take them by the hand.", no_args_is_help=True)
RolloutArgument = Annotated[str, typer.Argument(autocompletion=known_rollouts, show_default=False)]
StepOption = Annotated[
    float | None, typer.Option(min=0, max=1, help="The share of callers to begin with.", show_default=False)
]

STEPS: Mapping[str, str] = {
    "pause": "Stay where it is; what speaks against the canary is still heard.",
    "resume": "Go on after a pause.",
    "promote": "Take the next step without waiting for evidence.",
    "rollback": "Take every caller off the canary, for good.",
}
"""What has no option of its own."""


@app.command("list")
def show(ctx: typer.Context, *, output: AnyOutputOption = None) -> None:
    """The rollouts, as all instances see them."""
    with opened(ctx) as target:
        answer = target.read("/api/observability/rollouts")
        if chosen(output) is Output.JSON:
            as_json(answer.document)
            return
        rows = rollout_rows(rollouts(answer.fields), time.time())
        print_table(ROLLOUTS, rows, empty="There is no rollout, since EMBEDDING_CANARY_MODEL is empty there.")


@app.command()
@change_command()
def start(rollout: RolloutArgument, *, step: StepOption = None) -> Change:
    """Begin anew, with the first step."""
    return RolloutStep(verb="start", name=rollout, step=step)


def _stepping(verb: str) -> Callable[..., None]:
    @change_command()
    def stepped(rollout: RolloutArgument) -> Change:
        return RolloutStep(verb=verb, name=rollout)

    return stepped


for plain, meaning in STEPS.items():
    app.command(plain, help=meaning)(_stepping(plain))
