"""One run of one scenario: both of its parts, told as one record."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from harness.conduct.part_run import PartRun
from harness.conduct.safety import generator_lag, late_generator
from harness.conduct.stage import Stage
from harness.plan.arrivals import turns
from harness.record import Part, RunRecord
from harness.targets.child import ChildFailedError
from harness.targets.control import ControlError
from harness.targets.identity import TargetRefusedError

if TYPE_CHECKING:
    from harness.conduct.part_record import PartRecord
    from harness.targets.system import System


class TargetFailedError(Exception):
    """The target could not be loaded at all: nothing was measured."""


def run(stage: Stage, *, run_id: str, environment: Mapping[str, str], overrides: Mapping[str, str]) -> RunRecord:
    """Play a scenario once; TargetFailedError when not a single phase could begin."""
    started_at = stage.clock()
    parts: list[PartRecord] = []
    invalid: list[str] = []
    try:
        with stage.target as target:
            start = {Part.MAIN: target.start, Part.CONTRAST: target.start_contrast}
            systems: dict[Part, System | None] = {}
            for turn in turns(stage.scenario):
                if stage.stop.reason:
                    break
                if turn.part not in systems:
                    systems[turn.part] = start[turn.part]()
                if (system := systems[turn.part]) is not None:
                    parts.append(PartRun(stage, system, turn).play())
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
        cpu=[span for part in parts for span in part.cpu],
        pulls=[row for part in parts for row in part.pulls],
        audit=[row for part in parts for row in part.audit],
        invalid=[*(problem for part in parts for problem in part.problems), *invalid, *late_generator(requests)],
        aborted=stage.stop.reason,
        environment={**environment, "generator lag, p99": f"{generator_lag(requests) * 1000:.1f} ms"},
        overrides=dict(overrides),
    )
