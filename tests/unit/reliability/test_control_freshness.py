import pytest

from service.reliability.control_freshness import Freshness, freshness


@pytest.mark.parametrize(
    ("age", "store_answers", "expected"),
    [
        (0.0, True, Freshness.SERVE),
        (1.0, True, Freshness.SERVE),
        (1.1, True, Freshness.REFRESH_FIRST),
        (None, True, Freshness.REFRESH_FIRST),
        (0.5, False, Freshness.SERVE),
        (1.1, False, Freshness.SERVE_STALE),
        (10.0, False, Freshness.SERVE_STALE),
        (10.1, False, Freshness.STABLE_ONLY),
        (None, False, Freshness.STABLE_ONLY),
    ],
)
def test_an_old_copy_is_read_again_and_one_that_cannot_be_is_trusted_for_ten_seconds(
    age: float | None,
    *,
    store_answers: bool,
    expected: Freshness,
) -> None:
    assert freshness(age, store_answers=store_answers) is expected
