"""The plan of the load is a pure function of the scenario."""

import itertools
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from harness.plan.arrivals import CALLERS, Arrival, part_plan, plan, share
from harness.plan.requests import embed, read_document
from harness.plan.scenario import Arrivals, Phase, Scenario
from harness.record import Part

phases = st.lists(
    st.builds(
        Phase,
        name=st.uuids().map(str),
        seconds=st.floats(0.5, 5),
        rate=st.floats(1, 100),
        arrivals=st.sampled_from(Arrivals),
    ),
    min_size=1,
    max_size=4,
)


def planned(*some: Phase, seed: str = "1") -> tuple[Arrival, ...]:
    return plan(some, requests=[embed], seed=seed)


@given(phases)
def test_arrivals_are_numbered_in_the_order_of_their_instants(some: list[Phase]) -> None:
    arrivals = planned(*some)
    assert [arrival.index for arrival in arrivals] == list(range(len(arrivals)))
    assert all(one.at <= next_one.at for one, next_one in itertools.pairwise(arrivals))


@given(phases)
def test_an_arrival_lies_within_its_phase(some: list[Phase]) -> None:
    ends = dict(zip([phase.name for phase in some], itertools.accumulate(phase.seconds for phase in some), strict=True))
    lengths = {phase.name: phase.seconds for phase in some}
    for arrival in planned(*some):
        end = ends[arrival.phase]
        assert end - lengths[arrival.phase] - 1e-9 <= arrival.at <= end + 1e-9


@given(phases, st.integers(1, 7))
def test_any_number_of_workers_sends_the_same_plan(some: list[Phase], workers: int) -> None:
    arrivals = planned(*some)
    shares = [share(arrivals, worker=worker, workers=workers) for worker in range(workers)]
    assert sorted(itertools.chain(*shares), key=lambda arrival: arrival.index) == list(arrivals)
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


@given(phases)
def test_the_same_seed_makes_the_same_plan(some: list[Phase]) -> None:
    assert planned(*some) == planned(*some)


def test_another_seed_makes_another_plan() -> None:
    phase = Phase(name="a", seconds=10, rate=20)
    assert planned(phase, seed="1") != planned(phase, seed="2")


def test_a_phase_keeps_its_requests_when_the_one_before_it_changes() -> None:
    second = Phase(name="second", seconds=10, rate=20)
    after_short = planned(Phase(name="first", seconds=1, rate=5), second)
    after_long = planned(Phase(name="first", seconds=2, rate=50), second)

    def shape(arrivals: tuple[Arrival, ...], starts_at: float) -> list[tuple[float, str]]:
        return [(round(a.at - starts_at, 9), a.caller) for a in arrivals if a.phase == "second"]

    assert shape(after_short, 1) == shape(after_long, 2)


def test_constant_arrivals_keep_one_gap_across_phases() -> None:
    arrivals = planned(
        Phase(name="a", seconds=2, rate=10, arrivals=Arrivals.CONSTANT),
        Phase(name="b", seconds=2, rate=10, arrivals=Arrivals.CONSTANT),
    )
    assert len(arrivals) == 40
    assert {round(b.at - a.at, 9) for a, b in itertools.pairwise(arrivals)} == {0.1}


def test_poisson_arrivals_come_at_their_rate_with_exponential_gaps() -> None:
    arrivals = planned(Phase(name="a", seconds=200, rate=50))
    gaps = [b.at - a.at for a, b in itertools.pairwise(arrivals)]
    assert abs(len(arrivals) / 10_000 - 1) < 0.04
    assert abs(sum(gap > 1 / 50 for gap in gaps) / len(gaps) - 0.368) < 0.02


def test_requests_are_mixed_by_weight_and_spread_over_many_callers() -> None:
    arrivals = plan(
        [Phase(name="a", seconds=100, rate=100)], requests=[embed.weighted(8), read_document.weighted(2)], seed="1"
    )
    kinds = Counter(arrival.request for arrival in arrivals)
    assert abs(kinds["embed"] / len(arrivals) - 0.8) < 0.02
    assert len({arrival.caller for arrival in arrivals}) > CALLERS / 2


def test_each_part_of_a_scenario_has_a_plan_of_its_own() -> None:
    phase = Phase(name="a", seconds=5, rate=20)
    scenario = Scenario(name="s", title="", phases=[phase], contrast=[phase], requests=[embed], criteria=[])
    assert part_plan(scenario, Part.MAIN) != part_plan(scenario, Part.CONTRAST)


def test_a_phase_may_send_other_requests_than_its_scenario() -> None:
    arrivals = plan([Phase(name="a", seconds=1, rate=20, requests=[read_document])], requests=[embed], seed="1")
    assert {arrival.request for arrival in arrivals} == {"read_document"}
