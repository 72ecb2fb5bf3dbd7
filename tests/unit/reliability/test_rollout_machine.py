"""A fleet of instances around one versioned document, under every interleaving that Hypothesis can think of."""

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from service.reliability.rollout import (
    ACTIVE,
    Rollout,
    RolloutStatus,
    RolloutTransitionError,
    decided,
    pause,
    promote,
    resume,
    roll_back,
    start,
)
from service.reliability.rollout_counts import FleetCounts, RolloutMinute, block_at
from service.reliability.rollout_decision import decide
from service.reliability.rollout_verdict import Action
from service.reliability.slo import Slo, Variant
from service.reliability.traffic_split import is_canary
from tests.unit.reliability.rollouts import CONFIG, act

CALLERS = [f"caller {number}" for number in range(40)]
INSTANCES = st.integers(0, 2)


@dataclass
class Instance:
    """One boot of an instance: its copy of the document, and the row that it alone writes."""

    copy: Rollout | None = None
    version: int = 0
    row: RolloutMinute = field(default_factory=RolloutMinute)
    generation: int = 0


class Fleet(RuleBasedStateMachine):
    """The store is a document and its version; `board` holds what each boot has published, for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.document: Rollout | None = None
        self.version = 0
        self.history: list[Rollout] = []
        self.board: dict[tuple[int, int, int], RolloutMinute] = {}
        self.instances = [Instance() for _ in range(3)]
        self.boots = [0, 0, 0]
        self.now = 0.0
        self.acts = 0
        self.decisions: dict[int, str] = {}  # by the version that they made

    def write(self, after: Rollout, over: int) -> bool:
        if over != self.version:
            return False
        self.document, self.version = after, over + 1
        self.history.append(after)
        self.decisions[self.version] = after.last.id
        return True

    @rule(instance=INSTANCES)
    def an_instance_reads_the_document(self, instance: int) -> None:
        each = self.instances[instance]
        each.copy, each.version = self.document, self.version

    @rule(instance=INSTANCES)
    def an_instance_is_started_anew(self, instance: int) -> None:
        self.instances[instance] = Instance()
        self.boots[instance] += 1

    @rule(seconds=st.sampled_from([0.5, 4.0, 11.0, 31.0, -5.0]))
    def time_passes(self, seconds: float) -> None:
        self.now = max(0.0, self.now + seconds)

    @rule(instance=INSTANCES, requests=st.integers(1, 500), bad=st.integers(0, 60), shared=st.booleans())
    def an_instance_serves_and_publishes(self, instance: int, requests: int, bad: int, *, shared: bool) -> None:
        each = self.instances[instance]
        if each.copy is None or each.copy.status not in ACTIVE:
            return
        if each.generation != each.copy.generation:
            each.row, each.generation = RolloutMinute(), each.copy.generation
        block = block_at(self.now, each.copy.started_at)
        for variant in Variant:
            tally = each.row.tally(block, each.copy.stage, variant)
            tally.admitted += requests
            tally.finished += requests
            if variant is Variant.CANARY or shared:
                tally.bad[Slo.ERROR] = tally.bad.get(Slo.ERROR, 0) + min(bad, requests)
            for caller in CALLERS[:3]:
                each.row.callers_of(variant).saw(caller)
                if bad:
                    each.row.callers_of(variant).suffered(caller, Slo.ERROR)
        self.board[each.generation, instance, self.boots[instance]] = each.row

    @rule(instance=INSTANCES)
    def an_instance_decides(self, instance: int) -> None:
        self.decide_once(instance)

    @rule()
    def two_instances_decide_at_once(self) -> None:
        before = self.version
        for instance in (0, 1):
            self.an_instance_reads_the_document(instance)
        for instance in (0, 1):
            self.decide_once(instance)
        assert self.version - before <= 1

    def decide_once(self, instance: int) -> None:
        each = self.instances[instance]
        if each.copy is None:
            return
        rows = [row for (generation, _, _), row in self.board.items() if generation == each.copy.generation]
        decision = decide(each.copy, FleetCounts(rows, instances=3), now=self.now)
        if decision.action is not Action.NONE:
            after = decided(each.copy, decision, act(self.now, by=str(instance), number=self.acts))
            self.acts += 1
            self.write(after, each.version)

    @rule(step=st.sampled_from([None, 0.5, 1.0]))
    def an_operator_starts(self, step: float | None) -> None:
        try:
            after = start(self.document, CONFIG, "embeddings", act(self.now, number=self.acts), step=step)
        except RolloutTransitionError:
            assert self.document is not None
            assert self.document.status in ACTIVE
            return
        self.acts += 1
        self.write(after, self.version)

    @precondition(lambda self: self.document is not None)
    @rule(change=st.sampled_from([pause, resume, promote, roll_back]))
    def an_operator_changes(self, change: object) -> None:
        assert self.document is not None
        assert callable(change)
        try:
            after = change(self.document, act(self.now, number=self.acts))
        except RolloutTransitionError:
            return
        self.acts += 1
        self.write(after, self.version)

    @invariant()
    def a_rolled_back_rollout_stays_so(self) -> None:
        for before, after in zip(self.history, self.history[1:], strict=False):
            if before.status is RolloutStatus.ROLLED_BACK:
                assert after.generation == before.generation + 1
            if before.generation == after.generation and after.weight > before.weight:
                assert after.status in {RolloutStatus.RUNNING, RolloutStatus.SUCCEEDED}
                assert before.status is not RolloutStatus.HOLDING

    @invariant()
    def what_speaks_against_the_canary_never_raises_its_weight(self) -> None:
        for before, after in zip(self.history, self.history[1:], strict=False):
            if after.decision is not None and after.decision.action is not Action.STEP_UP:
                assert after.weight <= before.weight

    @invariant()
    def each_version_has_one_author(self) -> None:
        assert len(set(self.decisions.values())) == len(self.decisions) == self.version

    @invariant()
    def callers_only_move_towards_the_canary_within_a_rise(self) -> None:
        for before, after in zip(self.history, self.history[1:], strict=False):
            if before.generation != after.generation or after.weight < before.weight:
                continue
            for caller in CALLERS:
                if is_canary(before.salt, caller, before.weight):
                    assert is_canary(after.salt, caller, after.weight)


TestFleet = Fleet.TestCase
TestFleet.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
