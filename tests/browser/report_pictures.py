"""Pictures of a report for docs/, of the newest run of the breaker scenario. `make screenshots`."""

import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser

from tests.browser.chromium import ROOT, chromium

FOLDER = ROOT / "docs"

WINDOWS: tuple[tuple[str, Literal["dark", "light"], int, int], ...] = (
    ("dark", "dark", 1280, 1000),
    ("light", "light", 1280, 1000),
    ("phone", "dark", 360, 780),
    ("wide", "dark", 2560, 1440),
)
"""What a picture is called, and the theme, width and height of its window: what is seen at once."""


def main() -> int:
    """Take the pictures; the exit code."""
    reports = sorted((ROOT / "reports").glob("*-breaker/report.html"))
    if not reports:
        sys.stderr.write("There is no report of the breaker scenario in reports/; expected one of make demo's.\n")
        return 1
    with chromium() as browser:
        for name, scheme, width, height in WINDOWS:
            take(browser, reports[-1], FOLDER / f"report-{name}.png", scheme, width, height)
    return 0


def take(
    browser: Browser, report: Path, picture: Path, scheme: Literal["dark", "light"], width: int, height: int
) -> None:
    """One picture."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    page.goto(report.as_uri())
    page.screenshot(path=picture)
    context.close()


if __name__ == "__main__":
    sys.exit(main())
