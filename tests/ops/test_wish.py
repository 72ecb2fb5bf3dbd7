"""The reason and the duration that go with a change."""

import pytest

from ops.changes.wish import duration, seconds, spoken_duration, why
from ops.errors import OperationError
from ops.exit_codes import Exit


@pytest.mark.parametrize(
    ("given", "found"), [("90s", 90), ("15m", 900), ("1.5h", 5400), ("1D", 86400), ("1h30m", 5400), ("1d2h3m4s", 93784)]
)
def test_a_duration_is_read_in_its_unit(given: str, found: float) -> None:
    assert seconds(given) == found


@pytest.mark.parametrize("given", ["", "soon", "15 min", "-5m", "0s", "30", "30m1h"])
def test_what_is_no_duration_is_told_with_what_was_expected(given: str) -> None:
    with pytest.raises(
        OperationError, match=f"--ttl is {given}; expected a duration with its unit, such as 90s, 15m, 1h30m"
    ) as told:
        seconds(given)
    assert told.value.exit_code is Exit.USAGE


@pytest.mark.parametrize(("span", "told"), [(900, "15m"), (899.7, "15m"), (61, "1m1s"), (7200, "2h"), (0.2, "1s")])
def test_a_duration_is_told_as_it_is_given(span: float, told: str) -> None:
    assert duration(span) == told
    assert seconds(told) == max(1, round(span))


@pytest.mark.parametrize(
    ("span", "told"), [(0.2, "1s"), (1796, "29m 56s"), (3600, "1h"), (7199, "2h"), (7775951, "90d"), (90000, "1d 1h")]
)
def test_people_read_a_duration_in_its_two_greatest_units(span: float, told: str) -> None:
    assert spoken_duration(span) == told


@pytest.mark.parametrize(("reason", "what"), [("", "is empty"), (" \n", "is empty"), ("x" * 501, "has 501 characters")])
def test_a_reason_must_say_something_that_can_be_kept(reason: str, what: str) -> None:
    with pytest.raises(OperationError, match=f"--reason {what}; expected why, in 1 to 500 characters"):
        why(reason)
    assert why(" it leaks ") == "it leaks"


@pytest.mark.parametrize("reason", ["it \x1b[2Jleaks", "it\nleaks", "it \x9bleaks"])
def test_a_reason_reaches_other_terminals_and_so_is_printable(reason: str) -> None:
    with pytest.raises(OperationError, match=r"--reason is it.*\\.*leaks; expected printable characters") as told:
        why(reason)
    assert str(told.value).isprintable()
