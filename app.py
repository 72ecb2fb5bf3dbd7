"""`cdk deploy --all`: builds the stacks from the context and synthesizes them; asks AWS nothing."""

import os
import sys

import aws_cdk as cdk

from stacks.application import DASHBOARD, build
from stacks.deployment import ContextError, parse

app = cdk.App()
try:
    deployment = parse(app.node.get_all_context(), environ=os.environ, dashboard=DASHBOARD)
except ContextError as error:
    sys.exit(str(error))
build(app, deployment)
app.synth()
