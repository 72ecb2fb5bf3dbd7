import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.reliability.evidence import (
    ROLLBACK_RATIOS,
    START_POINTS,
    STEP_UP_RATIOS,
    Block,
    log_evidence,
    log_sum_exp,
    plain_log_evidence,
    rollback_log_evidence,
    step_up_log_evidence,
)

LIMIT = 0.01
ENOUGH = math.log(3 / 0.001)


def blocks(*counts: Block) -> list[tuple[int, Block]]:
    return list(enumerate(counts, start=1))


def test_nothing_seen_is_no_evidence() -> None:
    assert log_evidence(0, 0, LIMIT, STEP_UP_RATIOS) == pytest.approx(0.0)
    assert rollback_log_evidence([], limit=LIMIT, stable_traffic=False) == -math.inf


def test_three_failures_of_three_are_enough_and_two_are_not() -> None:
    assert plain_log_evidence(blocks(Block(3, 3)), limit=LIMIT) > ENOUGH
    assert plain_log_evidence(blocks(Block(2, 2)), limit=LIMIT) < ENOUGH


def test_the_rate_of_the_limit_is_never_enough() -> None:
    assert rollback_log_evidence(blocks(Block(100_000, 1000)), limit=LIMIT, stable_traffic=False) < 0


@given(st.integers(0, 200), st.integers(0, 200), st.sampled_from([0.001, LIMIT, 0.05]))
def test_its_expectation_over_the_next_request_is_what_it_is_now(n: int, k: int, p0: float) -> None:
    now = math.exp(log_evidence(n, min(n, k), p0, (1.5, 2.0, 20.0)))
    bad = math.exp(log_evidence(n + 1, min(n, k) + 1, p0, (1.5, 2.0, 20.0)))
    good = math.exp(log_evidence(n + 1, min(n, k), p0, (1.5, 2.0, 20.0)))
    assert p0 * bad + (1 - p0) * good == pytest.approx(now, rel=1e-6)


def test_a_healthy_time_before_the_fault_does_not_hide_it() -> None:
    healthy = [Block(50, 0)] * 100
    assert plain_log_evidence(blocks(*healthy, Block(6, 6)), limit=LIMIT) > ENOUGH
    assert log_evidence(5006, 6, LIMIT, (1.5, 2, 3, 5, 10, 20, 50, 200)) < 0  # with one start it would


def test_start_points_that_are_too_old_are_dropped() -> None:
    bad_once = [Block(50, 50)] + [Block(0, 0)] * START_POINTS
    assert plain_log_evidence(blocks(*bad_once), limit=LIMIT) < ENOUGH
    assert plain_log_evidence(blocks(*bad_once[:-1]), limit=LIMIT) > ENOUGH


def test_what_the_stable_side_suffers_too_is_not_held_against_the_canary() -> None:
    shared = blocks(Block(100, 30, 400, 120))
    assert rollback_log_evidence(shared, limit=LIMIT, stable_traffic=True) < 0
    assert plain_log_evidence(shared, limit=LIMIT) > ENOUGH


def test_a_stable_side_that_fails_every_other_time_leaves_nothing_to_tell() -> None:
    assert rollback_log_evidence(blocks(Block(50, 50, 50, 25)), limit=LIMIT, stable_traffic=True) == -math.inf


def test_a_canary_far_worse_than_a_troubled_stable_side_is_still_found() -> None:
    assert rollback_log_evidence(blocks(Block(100, 90, 400, 40)), limit=LIMIT, stable_traffic=True) > ENOUGH


def test_a_start_point_without_enough_stable_requests_waits_for_them_while_there_is_stable_traffic() -> None:
    fresh = blocks(Block(10, 10, 19, 0))
    assert rollback_log_evidence(fresh, limit=LIMIT, stable_traffic=True) == -math.inf
    assert rollback_log_evidence(fresh, limit=LIMIT, stable_traffic=False) > ENOUGH
    assert rollback_log_evidence(blocks(Block(10, 10, 20, 0)), limit=LIMIT, stable_traffic=True) > ENOUGH


def test_start_points_before_it_that_have_enough_are_heard_meanwhile() -> None:
    with_older = blocks(Block(0, 0, 100, 0), Block(10, 10, 19, 0))
    assert rollback_log_evidence(with_older, limit=LIMIT, stable_traffic=True) > ENOUGH


def test_the_weights_of_all_start_points_sum_to_one_at_most() -> None:
    plain = log_evidence(10, 10, LIMIT, ROLLBACK_RATIOS)
    weights = [
        math.exp(plain_log_evidence([(index, Block(10, 10))], limit=LIMIT) - plain) for index in range(1, 10_000)
    ]
    assert weights[:3] == pytest.approx([1 / 2, 1 / 6, 1 / 12])
    assert sum(weights) <= 1


def test_a_flawless_step_takes_about_four_hundred_requests() -> None:
    needed = next(n for n in range(10_000) if step_up_log_evidence(n, 0, limit=LIMIT) >= math.log(20))
    assert needed == 417


def test_a_canary_at_the_limit_is_hardly_ever_rolled_back() -> None:
    rng = random.Random(1)
    wrong = 0
    for _ in range(200):
        n = k = 0
        highest = -math.inf
        for _ in range(2000):
            bad = rng.random() < LIMIT
            n, k = n + 1, k + bad
            if bad:  # a good outcome only lowers it
                highest = max(highest, log_evidence(n, k, LIMIT, (1.5, 2, 3, 5, 10, 20, 50, 200)))
        wrong += highest >= math.log(20)  # at most one in twenty, by Ville
    assert wrong <= 20


def test_sums_of_exponentials_neither_overflow_nor_vanish() -> None:
    assert log_sum_exp([1000.0, 1000.0]) == pytest.approx(1000 + math.log(2))
    assert log_sum_exp([-2000.0, -2000.0]) == pytest.approx(-2000 + math.log(2))
