"""Whether times are told right by a browser whose clock is wrong, or that is far away."""

from tests.browser.conftest import Open
from tests.browser.incident import incident
from tests.browser.played import Answers
from tests.browser.service import Service

HOUR = 3600


def test_a_clock_that_is_an_hour_wrong_changes_nothing_that_is_told(
    running: Service, answers: Answers, open_page: Open
) -> None:
    incident(answers)
    pages = [open_page(running.address, answers=answers, ahead=ahead) for ahead in (0, HOUR, -HOUR)]
    right, fast, slow = (each.page.locator("main").inner_text().splitlines() for each in pages)
    assert "ago" in " ".join(right)
    assert fast == right
    assert slow == right


def test_times_of_day_are_those_where_the_reader_is(running: Service, answers: Answers, open_page: Open) -> None:
    come = [open_page(running.address, answers=answers, zone=zone) for zone in ("UTC", "Asia/Kolkata")]
    here, there = (each.card("journal").locator("time").first.inner_text().split(":") for each in come)
    minutes = [60 * int(hour) + int(minute) for hour, minute, *_ in (here, there)]
    assert (minutes[1] - minutes[0]) % (24 * 60) == 5 * 60 + 30
