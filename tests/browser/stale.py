"""Which cards say that what they show is of the past."""

from playwright.sync_api import expect

from tests.browser.dashboard import Dashboard


def expect_stale_cards(dashboard: Dashboard, cards: frozenset[str]) -> None:
    """These alone are of the past."""
    expect(dashboard.page.locator(".card.stale")).to_have_count(len(cards))
    assert stale_cards(dashboard) == cards


def stale_cards(dashboard: Dashboard) -> frozenset[str]:
    found: list[str] = dashboard.page.evaluate(
        "() => [...document.querySelectorAll('.card.stale')].map((each) => each.id)"
    )
    return frozenset(found)
