"""One run of one scenario: both of its parts, told as one record."""

from collections.abc import Mapping

from harness.conduct.part_run import PartRecord, PartRun
from harness.conduct.safety import generator_lag, late_generator
from harness.conduct.stage import Stage
from harness.record import RunRecord
from harness.targets.child import ChildFailedError
from harness.targets.control import ControlError
from harness.targets.identity import TargetRefusedError


class TargetFailedError(Exception):
    """The target could not be loaded at all: nothing was measured."""


def run(stage: Stage, *, run_id: str, environment: Mapping[str, str], overrides: Mapping[str, str]) -> RunRecord:
    """Play a scenario once; TargetFailedError when not a single phase could begin."""
    started_at = stage.clock()
    parts: list[PartRecord] = []
    invalid: list[str] = []
    try:
        with stage.target as target:
            parts.append(PartRun(stage, target.start()).play())
            if stage.scenario.contrast and not stage.stop.reason and (twin := target.start_contrast()) is not None:
                parts.append(PartRun(stage, twin).play())
    except (ChildFailedError, ControlError, TargetRefusedError) as error:
        if not parts:
            raise TargetFailedError(str(error)) from error
        invalid.append(str(error))
    requests = [row for part in parts for row in part.requests]
    return RunRecord(
        scenario=stage.scenario.name,
        run_id=run_id,
        seed=stage.scenario.seed,
        started_at=started_at,
        ended_at=stage.clock(),
        phases=[span for part in parts for span in part.phases],
        faults=[span for part in parts for span in part.faults],
        requests=requests,
        attempts=[row for part in parts for row in part.attempts],
        journal=[row for part in parts for row in part.journal],
        invalid=[*(problem for part in parts for problem in part.problems), *invalid, *late_generator(requests)],
        aborted=stage.stop.reason,
        environment={**environment, "generator lag, p99": f"{generator_lag(requests) * 1000:.1f} ms"},
        overrides=dict(overrides),
    )
