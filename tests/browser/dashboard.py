"""The page as a person meets it, with a clock that is turned by hand."""

import json
import time

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, expect

PATIENCE = 60_000.0
"""Milliseconds for what has to be computed or fetched on a busy machine; the page's own time stands still meanwhile."""

PROMISE = 6
"""Seconds of the page's time within which it shows what the API shows."""

STRIDE = 5
"""Seconds of the page's time that pass at once: what it does each second it does once, and what is due it does."""


class Dashboard:
    """An open page. Its time passes by `wait` alone; network and drawing go on."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        *,
        scheme: str = "dark",
        width: int = 1280,
        zone: str | None = None,
        ahead: float = 0,
        script: str = "",
    ) -> None:
        """`ahead` are the seconds by which the clock of its browser is wrong; `script` runs before the page's own."""
        self.address = address
        self.passed = 0
        """Seconds of the page's time since it was opened."""
        self.requested: list[str] = []
        self.console: list[str] = []
        self.errors: list[str] = []
        self._under_way: set[Request] = set()
        self.context: BrowserContext = browser.new_context(
            color_scheme="light" if scheme == "light" else "dark",
            viewport={"width": width, "height": 900},
            locale="en-GB",
            timezone_id=zone,
        )
        if scheme == "light":  # which somebody has chosen: dark is the default, whatever the system says
            self.context.add_init_script("localStorage.setItem('ballast.theme', 'light')")
        if script:
            self.context.add_init_script(script)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("request", self._began)
        self.page.on("requestfinished", self._ended)
        self.page.on("requestfailed", self._ended)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.clock.install(time=time.time() + ahead)
        self.page.clock.pause_at(time.time() + ahead + 1)

    def open(self) -> None:
        """Load the page, which asks at once."""
        self.page.goto(f"{self.address}/")
        self.settle()

    def wait(self, seconds: int) -> None:
        """Let the page's time pass, in strides, and wait each time for the requests that it makes to end."""
        while seconds:
            stride = min(seconds, STRIDE)
            seconds -= stride
            self.passed += stride
            self.page.clock.fast_forward(1000 * stride)
            self.settle()

    def ask_now(self) -> None:
        """Have it ask at once, which it does unless it is still dealing with the answers before."""
        asked = self._asked()
        while self._asked() == asked:
            self.page.get_by_role("button", name="Refresh").click()
            self.page.wait_for_timeout(20)
        self.settle()

    def _asked(self) -> int:
        return sum(url.endswith("/identity") for url in self.requested)

    def settle(self, *, but: str = "") -> None:
        """Until no request is under way, except those whose path ends so and that a test holds."""
        give_up_at = time.monotonic() + PATIENCE / 1000
        self.page.wait_for_timeout(20)
        while awaited := [each.url for each in self._under_way if not (but and each.url.endswith(but))]:
            self.page.wait_for_timeout(20)
            assert time.monotonic() < give_up_at, awaited

    def card(self, name: str) -> Locator:
        return self.page.locator(f"#{name}")

    def row(self, card: str, name: str) -> Locator:
        """What a card shows of one thing, whatever its name has in it: a row of a table, or a tile."""
        quoted = json.dumps(name, ensure_ascii=False)
        return self.page.locator(f"#{card} tr[data-row={quoted}], #{card} [data-object={quoted}]")

    def tile(self, name: str) -> Locator:
        """The figure of a golden signal."""
        return self.page.locator(".tiles > div", has_text=name).locator("dd").first

    def state(self, card: str, name: str) -> Locator:
        """The word of its state, with its shape."""
        return self.row(card, name).locator("[data-state] .sign, td .sign").first

    def promises(self, place: Locator, words: str) -> None:
        """Expect a place to say just this within the promised time of the page's own."""
        self.wait(PROMISE)
        expect(place).to_have_text(words)

    def has_nothing_beside(self) -> None:
        """Expect that nothing is wider than the screen, once it is drawn for its size."""
        beside = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        give_up_at = time.monotonic() + PATIENCE / 1000
        while pixels := self.page.evaluate(beside):
            assert time.monotonic() < give_up_at, f"{pixels} pixels are beside the screen"
            self.page.wait_for_timeout(20)

    def close(self) -> None:
        self.context.close()

    def _began(self, request: Request) -> None:
        self.requested.append(request.url)
        self._under_way.add(request)

    def _ended(self, request: Request) -> None:
        self._under_way.discard(request)

    def _said(self, message: ConsoleMessage) -> None:
        self.console.append(message.text)
