"""Pulls levers by the operators' command line, and reads what the audit tells of it."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping

import msgspec

from harness.plan.operation import Pull
from harness.record import AuditRow, PullRow
from harness.targets.clock import clock_offset
from harness.targets.control import ControlError, call
from harness.targets.system import System

OPERATOR = "drill"
OPS = (sys.executable, "-m", "ops")

WAIT = 10
"""Seconds for which a command waits until every instance has the change."""

PATIENCE = 60.0
"""Seconds that a command may take in all."""

SAID = 300
"""Characters of what a command that failed said last."""

PAGE = 100
"""Lines of the audit asked for at once."""

_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH")


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    at: float
    by: str
    action: str
    subject: str
    reason: str


class _Lines(msgspec.Struct, frozen=True, kw_only=True):
    lines: list[_Line]
    next: str | None


def pull(lever: Pull, *, phase: str, system: System, clock: Callable[[], float]) -> PullRow:
    """Run the command to its end; how it ended is for the criteria to judge."""
    reason = f"drill: {phase}"
    command = (*lever.command, "--reason", reason, "--timeout", str(WAIT), "--output", "json")
    began_at = clock()
    try:
        ended = subprocess.run(
            (*OPS, *command),
            env=_environment(system),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )
        code, said = ended.returncode, ended.stderr.decode(errors="replace")
    except subprocess.TimeoutExpired:
        code, said = 124, f"it took longer than {PATIENCE:g} s"
    return PullRow(
        phase=phase,
        command=" ".join(("ops", *lever.command)),
        reason=reason,
        began_at=began_at,
        ended_at=clock(),
        exit_code=code,
        said=said.strip()[-SAID:] if code else "",
    )


def audit_since(instant: float, *, system: System, clock: Callable[[], float]) -> list[AuditRow]:
    """The lines of the audit from an instant on, oldest first. Raises ControlError."""
    address, headers = system.addresses[0], system.operator_headers
    offset = clock_offset(lambda: float(call("GET", f"{address}/identity", headers=headers)["now"]), clock=clock)
    rows: list[AuditRow] = []
    cursor: str | None = ""
    while cursor is not None and (not rows or rows[-1].at >= instant):
        before = f"&before={cursor}" if cursor else ""
        answer = call("GET", f"{address}/api/ops/audit?limit={PAGE}{before}", headers=headers)
        try:
            page = msgspec.convert(answer, _Lines)
        except msgspec.ValidationError as error:
            raise ControlError(f"{address}/api/ops/audit answered no page of the audit: {error}") from error
        rows += [AuditRow(**(msgspec.structs.asdict(line) | {"at": line.at + offset})) for line in page.lines]
        cursor = page.next
    return [row for row in reversed(rows) if row.at >= instant]


def _environment(system: System) -> Mapping[str, str]:
    inherited = {key: os.environ[key] for key in _INHERITED if key in os.environ}
    return inherited | {
        "BALLAST_URL": system.addresses[0],
        "BALLAST_OPERATOR": OPERATOR,
        "BALLAST_OPERATOR_TOKEN": system.operator_token,
    }
