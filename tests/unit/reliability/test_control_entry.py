from dataclasses import replace

import pytest

from service.reliability.control_entry import Change, Entry, changed, is_already_so

NOW = 1000.0
ENTRY = Entry(on=True, by="ann", reason="r", since=900.0, revision=3)
CHANGE = Change(on=True, by="bob", reason="because", action="a")


@pytest.mark.parametrize(
    ("on", "until", "holds"), [(True, None, True), (True, 1000.1, True), (True, 1000.0, False), (False, None, False)]
)
def test_an_entry_holds_while_it_is_on_and_its_end_has_not_come(on: bool, until: float | None, holds: bool) -> None:
    assert replace(ENTRY, on=on, until=until).in_force(NOW) is holds


def test_a_change_says_who_why_since_when_and_until_when() -> None:
    assert changed(ENTRY, replace(CHANGE, ttl=60, settings={"a": 1}), NOW) == Entry(
        on=True, by="bob", reason="because", since=NOW, until=1060.0, revision=4, settings={"a": 1}
    )


def test_the_first_change_makes_the_first_revision_and_has_no_end_of_its_own() -> None:
    first = changed(None, CHANGE, NOW)
    assert (first.revision, first.until) == (1, None)


@pytest.mark.parametrize(
    ("before", "wanted", "already"),
    [
        (None, replace(CHANGE, on=False), True),
        (None, CHANGE, False),
        (replace(ENTRY, until=999.0), replace(CHANGE, on=False), True),
        (replace(ENTRY, until=999.0), CHANGE, False),
        (ENTRY, replace(CHANGE, on=False), False),
        (ENTRY, CHANGE, True),
        (ENTRY, replace(CHANGE, ttl=60), False),
        (replace(ENTRY, until=2000.0), CHANGE, False),
        (ENTRY, replace(CHANGE, settings={"a": 1}), False),
        (None, replace(CHANGE, on=False, again=True), False),
        (ENTRY, replace(CHANGE, again=True), False),
    ],
)
def test_what_is_so_already_is_no_change_and_a_new_end_is_one(
    before: Entry | None, wanted: Change, *, already: bool
) -> None:
    assert is_already_so(before, wanted, NOW) is already
