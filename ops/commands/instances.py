"""`ops instances`: who serves, and what each has of what was set."""

import typer

from ops.commands.asked import opened
from ops.commands.options import AnyOutputOption
from ops.readings.instances import instances as told
from ops.show.output import Output, as_json, chosen
from ops.show.table import print_table
from ops.show.tables import INSTANCES, instance_rows


def instances(ctx: typer.Context, *, output: AnyOutputOption = None) -> None:
    """The instances that were heard of, and the versions of the control documents that each has."""
    with opened(ctx) as target:
        answer = target.read("/api/ops/instances")
        if chosen(output) is Output.JSON:
            as_json(answer.document)
            return
        print_table(INSTANCES, instance_rows(told(answer.fields)), empty="No instance was heard of yet.")
