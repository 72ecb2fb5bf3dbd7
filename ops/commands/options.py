"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from ops.show import Output

OutputsFile = Annotated[
    Path, typer.Option("--outputs-file", help="What `cdk deploy --outputs-file` wrote.", dir_okay=False)
]
OutputOption = Annotated[Output, typer.Option("--output", help="For people, or for programs.", case_sensitive=False)]
