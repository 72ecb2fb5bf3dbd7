"""Everything that tells how the service is, read at once; each part fails alone."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from ops.errors import OperationError
from ops.readings.breakers import Breaker, breakers
from ops.readings.gates import Gates, gates
from ops.readings.instances import Instances, instances
from ops.readings.journal import Event, Journals
from ops.readings.modes import Flag, Modes, flags, modes
from ops.readings.rollouts import Rollout, rollouts
from ops.readings.signals import Signals
from ops.readings.traffic import Rates, Traffic
from ops.readings.watchdogs import Watched, watched
from ops.target.answer import Answer
from ops.target.errors import RouteMissingError, TargetDownError
from ops.target.fields import Fields
from ops.target.identity import Identity
from ops.target.target import Target

SIGNALS = "/api/observability/golden-signals"
PATHS: Mapping[str, str] = {
    "circuit breakers": "/api/observability/circuit-breakers",
    "health gates": "/api/observability/health-gates",
    "rollouts": "/api/observability/rollouts",
    "modes": "/api/observability/modes",
    "flags": "/api/observability/flags",
    "watchdogs": "/api/observability/watchdogs",
}
AT_ONCE = 4
"""Questions on their way at the same time."""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Board:
    """What was told; None: it is not known, and `unknown` says why."""

    identity: Identity
    signals: Signals | None = None  # of all instances
    rates: Rates | None = None  # of those that were read twice
    measured: Sequence[str] = ()  # those
    breakers: Sequence[Breaker] | None = None
    gates: Gates | None = None
    rollouts: Sequence[Rollout] | None = None
    modes: Modes | None = None
    flags: Sequence[Flag] | None = None
    watched: Watched | None = None
    events: Sequence[Event] | None = None
    instances: Instances | None = None
    unknown: Mapping[str, str] = field(default_factory=dict)
    untold: Sequence[str] = ()  # parts that this version of the service does not have
    told_by: Mapping[str, str] = field(default_factory=dict)  # the instance whose breakers and gates these are, by part
    documents: Mapping[str, object] = field(default_factory=dict)  # as they were answered


def read_traffic(target: Target, traffic: Traffic, clock: Callable[[], float]) -> None:
    """Add the counts of whichever instance answers. Raises OperationError."""
    answer = target.read(SIGNALS)
    traffic.add(answer.instance, clock(), Signals.of(answer.fields))


def read_board(target: Target, traffic: Traffic, journals: Journals, *, now: float, window: float) -> Board:
    """All parts. Raises OperationError when nobody answers, or none of the parts is shown to us."""
    identity = target.identity
    asked = {"golden signals": lambda: target.read(SIGNALS, scope="fleet")}
    asked |= {part: _reader(target, path) for part, path in PATHS.items()}
    asked["events"] = lambda: journals.read(target)
    if target.tokens.viewer():
        asked["instances"] = lambda: target.read("/api/ops/instances")
    answers, refused = _answers(asked)
    if not answers:
        raise next(iter(refused.values()))

    def told(part: str, parse: Callable[[Fields], T]) -> T | None:
        return parse(answers[part].fields) if part in answers else None

    return Board(
        identity=identity,
        signals=told("golden signals", Signals.of),
        rates=traffic.rates(now, window=window),
        measured=traffic.instances,
        breakers=told("circuit breakers", breakers),
        gates=told("health gates", gates),
        rollouts=told("rollouts", rollouts),
        modes=told("modes", modes),
        flags=told("flags", flags),
        watched=told("watchdogs", watched),
        events=journals.newest if "events" in answers else None,
        instances=told("instances", instances),
        unknown={part: str(error) for part, error in refused.items() if not isinstance(error, RouteMissingError)},
        untold=[part for part, error in refused.items() if isinstance(error, RouteMissingError)],
        told_by={part: answer.instance for part, answer in answers.items()},
        documents={part: answer.document for part, answer in answers.items()},
    )


def _reader(target: Target, path: str) -> Callable[[], Answer]:
    return lambda: target.read(path)


def _answers(
    asked: Mapping[str, Callable[[], Answer]],
) -> tuple[dict[str, Answer], dict[str, OperationError]]:
    answers: dict[str, Answer] = {}
    refused: dict[str, OperationError] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = {part: pool.submit(question) for part, question in asked.items()}
        for part, future in waiting.items():
            try:
                answers[part] = future.result()
            except TargetDownError:
                raise
            except OperationError as error:
                refused[part] = error
    return answers, refused
