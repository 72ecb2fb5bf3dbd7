"""What may be loaded, how much, and when the harness stops by itself."""

import dataclasses

import pytest

from harness.conduct.safety import AbortRule, excess, generator_lag, late_generator, quiet_phases
from harness.plan.requests import embed
from harness.plan.scenario import Fault, FaultMode, Phase, Scenario
from harness.record import Outcome, Part, RequestRow
from harness.targets.identity import Identity, TargetRefusedError, check_target, is_loopback

ballast = Identity(
    service="ballast",
    version="1",
    environment="staging",
    load_tests_allowed=True,
    instance="a",
    boot_id="1",
    reliability=True,
)
quiet = Phase(name="quiet", seconds=10, rate=40)
faulty = Phase(name="faulty", seconds=10, rate=40, faults=[Fault(dependency="embeddings", mode=FaultMode.HANG)])
recovering = Phase(name="recovering", seconds=10, rate=40)
later = Phase(name="later", seconds=10, rate=40)


def row(phase: str = "quiet", outcome: Outcome = Outcome.SERVED, *, lag: float = 0.0) -> RequestRow:
    return RequestRow(
        request_id="r",
        part=Part.MAIN,
        phase=phase,
        request="embed",
        caller="c",
        planned_at=100.0,
        sent_at=100.0 + lag,
        ended_at=101.0,
        status=200,
        outcome=outcome,
    )


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://127.8.8.8", True),
        ("http://[::1]:8000", True),
        ("http://localhost:8000", True),
        ("http://localhost.example.org", False),
        ("http://10.0.0.1", False),
        ("https://example.org", False),
    ],
)
def test_only_this_machine_is_loopback(address: str, loopback: bool) -> None:
    assert is_loopback(address) is loopback


def test_a_local_ballast_that_allows_load_tests_is_loaded() -> None:
    check_target("http://127.0.0.1:8000", ballast, owned=False)


def test_another_host_is_loaded_only_when_a_person_vouches_for_it() -> None:
    with pytest.raises(TargetRefusedError, match="--i-own-this-target"):
        check_target("https://example.org", ballast, owned=False)
    check_target("https://example.org", ballast, owned=True)


def test_nobody_can_vouch_for_a_service_that_refuses_load_tests() -> None:
    with pytest.raises(TargetRefusedError, match="LOAD_TESTS_ALLOWED"):
        check_target("https://example.org", dataclasses.replace(ballast, load_tests_allowed=False), owned=True)


def test_another_service_is_never_loaded() -> None:
    with pytest.raises(TargetRefusedError, match="'nginx'"):
        check_target("http://127.0.0.1", dataclasses.replace(ballast, service="nginx"), owned=True)


def test_a_plan_beyond_the_ceilings_is_named() -> None:
    long = Phase(name="long", seconds=2_000, rate=600)
    scenario = Scenario(name="s", title="", phases=[long], requests=[embed], criteria=[])
    assert len(list(excess(scenario))) == 2
    assert not list(excess(dataclasses.replace(scenario, phases=[quiet])))


def test_phases_with_a_fault_and_those_right_after_are_not_quiet() -> None:
    assert quiet_phases([quiet, faulty, recovering, later]) == {"quiet", "later"}


def test_a_run_whose_requests_fail_without_a_fault_is_ended() -> None:
    rule = AbortRule([quiet], rows=10)
    assert not rule.reason([row()] * 5 + [row(outcome=Outcome.FAILED)] * 5)
    assert "6 of the last 10" in rule.reason([row(outcome=Outcome.TIMED_OUT)])


def test_errors_during_a_fault_and_right_after_end_nothing() -> None:
    rule = AbortRule([quiet, faulty, recovering, later], rows=10)
    assert not rule.reason([row("faulty", Outcome.FAILED), row("recovering", Outcome.FAILED)] * 50)


def test_a_few_failures_at_the_start_end_nothing() -> None:
    assert not AbortRule([quiet], rows=10).reason([row(outcome=Outcome.FAILED)] * 9)


def test_answers_that_are_no_errors_end_nothing() -> None:
    rule = AbortRule([quiet], rows=10)
    assert not rule.reason([row(outcome=outcome) for outcome in (Outcome.FALLBACK, Outcome.SHED, Outcome.REFUSED)] * 10)


def test_a_late_generator_is_told_with_its_lag() -> None:
    rows = [row(lag=0.001)] * 98 + [row(lag=0.2)] * 2
    assert generator_lag(rows) == pytest.approx(0.2)
    assert "p99 200 ms, limit 50 ms" in next(late_generator(rows))
    assert not list(late_generator(rows[:98]))
    assert not list(late_generator([]))


def test_a_generator_that_stalled_in_one_phase_alone_is_told_of() -> None:
    steady = [row(lag=0.001)] * 4_000
    stalled = [row("stalled", lag=0.9)] * 20
    assert generator_lag(steady + stalled) < 0.05
    [told] = late_generator(steady + stalled)
    assert told.startswith("the generator started late in 'stalled' (main): p95 900 ms, limit 50 ms (its machine")


def test_one_second_of_failures_at_an_ordinary_rate_is_enough_to_end_a_run() -> None:
    rule = AbortRule([quiet])
    assert not rule.reason([row(outcome=Outcome.FAILED)] * (int(quiet.rate) - 1))
    assert "40 of the last 40 requests" in rule.reason([row(outcome=Outcome.FAILED)])
