"""Whether dead letters are dealt with from the page, and none is lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.acting import Operator
from tests.browser.conftest import Open
from tests.browser.service import Service


@pytest.fixture
def queue(service: Service) -> Iterator[Service]:
    """The service, whose queue is empty again afterwards, whatever was on its way."""
    yield service
    service.lever("agents/indexer/quarantine", on=False)
    service.empties_the_queue()


def deliver_all(operator: Operator, *, would: int) -> None:
    operator.press("Deliver all again…")
    operator.dashboard.settle()
    expect(operator.dialog).to_contain_text(f"{would} would be delivered again.")
    operator.press("Confirm: deliver them again")


def looking(queue: Service, open_page: Open) -> Operator:
    """Somebody who has the list before them."""
    operator = Operator(open_page(queue.address), queue)
    operator.press("Dead letters of indexer")
    operator.identify(operator.token)
    operator.press("List them")
    operator.dashboard.settle()
    return operator


def delivering_slowly(queue: Service, open_page: Open, *, count: int) -> Operator:
    """Somebody who has begun to deliver so many again, to an agent that is held."""
    given_up(queue, count)
    queue.lever("agents/indexer/quarantine", on=True)
    queue.works_by_it_everywhere()
    operator = looking(queue, open_page)
    operator.dialog.get_by_label("Reason").fill("slowly")
    operator.dialog.get_by_label("Messages a second, at most").fill("0.1")
    deliver_all(operator, would=count)
    return operator


def given_up(service: Service, count: int) -> None:
    for number in range(count):
        service.publish(f"no such document {number}")
    service.shows_queue(dead_letters=count)


def test_dead_letters_are_listed_discarded_and_delivered_again(queue: Service, open_page: Open) -> None:
    given_up(queue, 3)
    operator = looking(queue, open_page)
    letters = operator.dialog.get_by_role("checkbox")
    expect(letters).to_have_count(3)
    expect(operator.dialog).to_contain_text("no such document 0")

    letters.first.check()
    operator.dialog.get_by_label("Reason").fill("it never was")
    operator.press("Discard 1 for good…")
    operator.dashboard.settle()
    expect(operator.dialog).to_contain_text("1 would be gone for good")
    expect(letters).to_have_count(3)
    letters.last.check()  # another choice: what was tried holds no more
    expect(operator.dialog).not_to_contain_text("would be gone for good")
    letters.last.uncheck()
    operator.dialog.get_by_label("Reason").fill("it never was")
    operator.press("Discard 1 for good…")
    operator.dashboard.settle()
    operator.dialog.get_by_label("Type indexer").fill("indexer")
    operator.press("Confirm: discard them")
    operator.dashboard.settle()
    expect(operator.dialog).to_contain_text("1 discarded.")
    expect(letters).to_have_count(2)

    operator.dialog.get_by_label("Reason").fill("once more")
    deliver_all(operator, would=2)
    expect(operator.dialog).to_contain_text("2 delivered again, 0 left.")
    queue.shows_queue(dead_letters=2)  # for nothing was mended


def test_a_redrive_is_stopped_in_the_middle_and_nothing_is_lost(queue: Service, open_page: Open) -> None:
    operator = delivering_slowly(queue, open_page, count=3)
    expect(operator.dialog).to_contain_text("1 delivered again, 2 left.")
    operator.press("Stop")
    operator.dashboard.wait(2)
    expect(operator.dialog).to_contain_text("Stopped: 1 delivered again, 2 left.")
    queue.shows_queue(waiting=1, dead_letters=2)


def test_a_dialog_that_is_closed_gives_its_redrive_up(queue: Service, open_page: Open) -> None:
    operator = delivering_slowly(queue, open_page, count=2)
    expect(operator.dialog).to_contain_text("1 delivered again, 1 left.")
    with operator.page.expect_request(lambda request: request.method == "PUT") as given:
        operator.page.keyboard.press("Escape")
        operator.dashboard.wait(2)
    assert given.value.url.endswith("/api/ops/agents/indexer/redrive")
    expect(operator.dialog).to_have_count(0)
