"""Pictures of the dashboard for docs/: a real service under load, whose canary fails. `make screenshots`."""

import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, Page, expect

from harness.targets.control import ControlError, call, exchange
from harness.targets.demo_settings import CANARY_MODEL, DEMO_SETTINGS
from harness.targets.local import LocalTarget
from tests.browser.chromium import ROOT, chromium
from tests.browser.service import JSON, Service

LONGEST = 120.0
"""Seconds after which the load ends by itself."""

PAUSE = 0.015  # seconds between two requests
PATIENCE = 60_000.0  # milliseconds

PICTURES: tuple[tuple[str, Literal["dark", "light"], int], ...] = (
    ("dark", "dark", 1280),
    ("light", "light", 1280),
    ("phone", "dark", 360),
)
"""Name, theme and width."""


def main() -> int:
    """Take the pictures; the exit code."""
    settings = {**DEMO_SETTINGS, "DASHBOARD_FOLDER": str(ROOT / "dashboard/dist")}
    with LocalTarget(settings) as target, chromium() as browser:
        service = Service(target.start())
        with load_on(service.system.addresses):
            service.rollout("start", "the larger model answers better")
            pages = {name: opened(browser, service.address, scheme, width) for name, scheme, width in PICTURES}
            for page in pages.values():  # which healthy traffic has passed by then
                rate = page.locator('[data-row="POST /api/embeddings"] [data-label="A second"]')
                expect(rate).to_contain_text(re.compile("[0-9]"), timeout=PATIENCE)
            service.break_provider(CANARY_MODEL)
            for name, page in pages.items():
                expect(page.locator("#rollouts")).to_contain_text("rolled back", timeout=PATIENCE)
                page.screenshot(path=ROOT / f"docs/dashboard-{name}.png", full_page=True)
    return 0


def opened(browser: Browser, address: str, scheme: Literal["dark", "light"], width: int) -> Page:
    """The page in a window of its own."""
    page = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}).new_page()
    page.goto(f"{address}/")
    return page


@contextmanager
def load_on(addresses: tuple[str, ...]) -> Iterator[None]:
    """Requests to each instance in turn while the block runs."""
    done = threading.Event()
    thread = threading.Thread(target=_load, args=(addresses, done))
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _load(addresses: tuple[str, ...], done: threading.Event) -> None:
    ends_at = time.monotonic() + LONGEST
    number = 0
    known = call("POST", f"{addresses[0]}/api/documents", body={"title": "a", "text": "a document"})["id"]
    while not done.wait(PAUSE) and time.monotonic() < ends_at:
        number += 1
        address = addresses[number % len(addresses)]
        headers = JSON | {"X-Caller-Id": f"caller-{number % 200}"}
        try:
            exchange("POST", f"{address}/api/embeddings", body=b'{"text": "a question"}', headers=headers)
            if number % 4 == 0:
                exchange("GET", f"{address}/api/documents/{known}")
            if number % 20 == 0:
                exchange("POST", f"{address}/api/documents", body=b'{"title": "b", "text": "b"}', headers=JSON)
        except ControlError:
            continue  # a slow answer; the load goes on


if __name__ == "__main__":
    sys.exit(main())
