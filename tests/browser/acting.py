"""Operators who act from the page, and what takes back all that they can have set."""

import re

from playwright.sync_api import Locator

from tests.browser.dashboard import Dashboard
from tests.browser.service import Service

REASON = 'it\'s "odd" <b>& slow</b>'


class Operator:
    """Somebody who acts from the page."""

    def __init__(self, dashboard: Dashboard, service: Service) -> None:
        self.dashboard = dashboard
        self.page = dashboard.page
        self.token = service.system.operator_token

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def begin(self, title: str, *, reason: str = REASON, token: str = "") -> None:
        """Open an action's dialog, say why, and try it."""
        self.press(title)
        self.identify(token or self.token)
        self.dialog.get_by_label("Reason").fill(reason)
        self.try_it()

    def identify(self, token: str) -> None:
        if self.dialog.get_by_label("Operator's token").count():
            self.dialog.get_by_label("Operator's token").fill(token)
            self.dialog.get_by_label("Your name, for the audit").fill("ann")

    def try_it(self) -> None:
        self.press("Dry run")
        self.dashboard.settle()

    def confirm(self, *, typed: str = "") -> None:
        if typed:
            self.dialog.get_by_label(f"Type {typed}").fill(typed)
        self.dialog.get_by_role("button", name=re.compile("^Confirm: ")).click()
        self.dashboard.settle()


def take_all_back(service: Service) -> None:
    """Nothing is set by an operator any more."""
    for path in ("safe-mode", "write-drain", "brownout", "agents/indexer/quarantine"):
        service.lever(path, on=False)
    service.lever("flags/provider_embeddings", value=None, percentage=None)
