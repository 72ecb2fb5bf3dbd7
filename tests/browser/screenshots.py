"""Pictures of the dashboard for docs/: a real service under load, calm and then in an incident. `make screenshots`."""

import gzip
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, Page, expect

from harness.targets.control import ControlError, call, exchange
from harness.targets.demo_settings import CANARY_MODEL, DEMO_SETTINGS
from harness.targets.local import LocalTarget
from tests.browser.chromium import ROOT, chromium
from tests.browser.service import JSON, Service

LONGEST = 300.0
"""Seconds after which the load ends by itself."""

PAUSE = 0.015  # seconds between two requests
PATIENCE = 60_000.0  # milliseconds
CALM_FOR = 75.0
"""Seconds of load before the calm pictures, so that there is something to draw."""

FOLDER = ROOT / "docs/dashboard"

Scheme = Literal["dark", "light"]
SCHEMES: tuple[Scheme, ...] = ("dark", "light")
WIDTHS: Mapping[int, int] = {360: 780, 1280: 900, 2560: 1440}
"""Widths and heights of the windows: a phone, a desk, and a wall, of which the picture is what is seen at once."""

WALL = 2560
SETTINGS = {
    **DEMO_SETTINGS,
    "DASHBOARD_FOLDER": str(ROOT / "dashboard/dist"),
    "BREAKER_OPEN_SECONDS": "15",  # long enough to be looked at
    "ROLLOUT_MAXIMUM_DURATION_SECONDS": "600",
}


def main() -> int:
    """Take the pictures; the exit code."""
    FOLDER.mkdir(exist_ok=True)
    with LocalTarget(SETTINGS) as target, chromium() as browser:
        service = Service(target.start())
        with load_on(service.system.addresses):
            pages = {
                (width, scheme): opened(browser, service.address, scheme, width)
                for width in WIDTHS
                for scheme in SCHEMES
            }
            first = next(iter(pages.values()))
            first.wait_for_timeout(CALM_FOR * 1000)
            for page in pages.values():
                expect(page.locator(".verdict")).to_contain_text("All is well", timeout=PATIENCE)
            take(pages, "calm")
            make_an_incident(service, first)
            for page in pages.values():
                expect(page.locator("#rollouts")).to_contain_text("rolled back", timeout=PATIENCE)
                expect(page.locator('#breakers [data-object="embeddings:stable"]')).to_contain_text(
                    "open", timeout=PATIENCE
                )
            take(pages, "incident")
        sys.stdout.write(f"first contentful paint: {first_paint(browser, service.address):.0f} ms\n")
        sys.stdout.write(f"the whole page, compressed: {compressed_size():,} bytes\n")
    return 0


def make_an_incident(service: Service, page: Page) -> None:
    """A canary fails and is rolled back; then the provider fails altogether, and writes are drained."""
    service.rollout("start", "the larger model answers better")
    page.wait_for_timeout(6_000)
    service.break_provider(CANARY_MODEL)
    service.shows_rollout("rolled_back")
    page.wait_for_timeout(6_000)
    service.break_provider()
    for number in range(6):
        service.publish(f"no such document {number}")
    service.lever("write-drain", on=True, ttl=900, reason="the store is being moved")
    page.wait_for_timeout(9_000)


def opened(browser: Browser, address: str, scheme: Scheme, width: int) -> Page:
    """The page in a window of its own."""
    context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]}, locale="en-GB")
    context.add_init_script(f"localStorage.setItem('ballast.theme', '{scheme}')")
    page = context.new_page()
    page.goto(f"{address}/")
    return page


def take(pages: Mapping[tuple[int, Scheme], Page], name: str) -> None:
    """A picture of each."""
    for (width, scheme), page in pages.items():
        page.screenshot(path=FOLDER / f"{name}-{width}-{scheme}.png", full_page=width != WALL)


def first_paint(browser: Browser, address: str) -> float:
    """Milliseconds until something is painted, in a window that has seen nothing of the page before."""
    page = opened(browser, address, "dark", 1280)
    expect(page.locator("#breakers")).to_be_visible(timeout=PATIENCE)
    found: float = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    return found


def compressed_size() -> int:
    """Bytes of all that the page consists of."""
    files = [path for path in (ROOT / "dashboard/dist").rglob("*") if path.is_file() and "license" not in path.name]
    return sum(len(gzip.compress(path.read_bytes())) for path in files)


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
                event = f'{{"topic": "document.created", "document_id": "{known}"}}'.encode()
                exchange("POST", f"{address}/api/events", body=event, headers=JSON)
        except ControlError:
            continue  # a slow answer; the load goes on


if __name__ == "__main__":
    sys.exit(main())
