"""`ops verify-deployment`: is what was deployed what runs, and does it hold?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ops.checks.finding import Finding, Verdict
from ops.commands.options import OutputOption, OutputsFile
from ops.deployment.deployment import Deployment
from ops.deployment.outputs import Outputs
from ops.exit_codes import Exit
from ops.show.findings import findings as show_findings
from ops.show.output import Output, as_json, doing, say
from ops.verification import Wanted, verify


def verify_deployment(
    *,
    outputs_file: OutputsFile = Path("outputs.json"),
    expect_version: Annotated[str | None, typer.Option(help="The version of the service that must answer.")] = None,
    exercise: Annotated[
        bool,
        typer.Option("--exercise", help="Also drive a breaker open and closed, by a fault that ends by itself."),
    ] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Check a deployment from outside: identity, health, edge, tokens, latest deployment, alarms, budget, bucket.

    All findings are told at once. Exit code 0: none failed; 10: at least one did.
    """
    deployment = Deployment(Outputs.read(outputs_file))
    try:
        deployment.session  # noqa: B018 - without the right credentials there is nothing to find out
        with doing() as began:
            findings = verify(deployment, Wanted(version=expect_version, exercise=exercise), began=began)
    finally:
        deployment.close()
    _show(deployment.outputs, findings, output)
    if any(finding.verdict is Verdict.FAIL for finding in findings):
        raise typer.Exit(Exit.CHECK_FAILED)


def _show(outputs: Outputs, findings: Sequence[Finding], output: Output) -> None:
    counts = Counter(finding.verdict for finding in findings)
    failed = bool(counts[Verdict.FAIL])
    if output is Output.JSON:
        told = {
            "environment": outputs.environment,
            "account": outputs.account,
            "region": outputs.region,
            "verdict": Verdict.FAIL if failed else Verdict.PASS,
            "findings": [asdict(finding) for finding in findings],
        }
        as_json(told)
        return
    said = f"{counts[Verdict.PASS]} passed, {counts[Verdict.FAIL]} failed, {counts[Verdict.NOT_ASKED]} not asked"
    show_findings(findings)
    say(f"{outputs.environment}, account {outputs.account}, {outputs.region}: {said}.")
