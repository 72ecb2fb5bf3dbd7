import pytest

from tests.mutants.score import Score, scores, table

RESULTS = """\
    service.reliability.deadline.x_remaining__mutmut_1: killed
    service.reliability.deadline.x_remaining__mutmut_2: timeout
    service.reliability.deadline.x_remaining__mutmut_3: survived
    service.reliability.slo.xǁSloǁallowed__mutmut_1: killed
    service.reliability.slo.xǁSloǁallowed__mutmut_10: no tests
    service.reliability.slo.xǁSloǁallowed__mutmut_11: suspicious
"""
DEADLINE = Score(
    file="deadline.py", killed=1, hung=1, survivors=("service.reliability.deadline.x_remaining__mutmut_3",)
)


def test_a_mutant_is_noticed_when_a_test_fails_or_does_not_end() -> None:
    assert scores(RESULTS)[0] == DEADLINE
    assert DEADLINE.ratio == pytest.approx(2 / 3)


def test_a_mutant_that_no_test_reaches_has_survived_and_so_has_one_with_an_odd_end() -> None:
    assert scores(RESULTS)[1].survivors == (
        "service.reliability.slo.xǁSloǁallowed__mutmut_10",
        "service.reliability.slo.xǁSloǁallowed__mutmut_11",
    )


def test_the_whole_is_the_sum_of_the_files() -> None:
    whole = Score.of_all(scores(RESULTS))
    assert (whole.mutants, whole.killed, whole.hung, len(whole.survivors), whole.ratio) == (6, 2, 1, 3, 0.5)


def test_the_table_has_a_line_for_each() -> None:
    assert table([DEADLINE]).splitlines()[-1] == "| deadline.py | 3 | 1 | 1 | 1 | 66.7% |"


def test_no_result_at_all_is_an_error_and_not_a_perfect_score() -> None:
    with pytest.raises(ValueError, match="no result of a mutant"):
        scores("Traceback: something else\n")
