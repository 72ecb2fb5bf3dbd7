from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from harness.targets.demo_settings import DEMO_SETTINGS
from harness.targets.local import LocalTarget
from tests.browser.chromium import ROOT, NoBrowserError, chromium
from tests.browser.dashboard import PATIENCE, Dashboard
from tests.browser.played import Answers
from tests.browser.service import Service

FOLDER = ROOT / "dashboard/dist"

SETTINGS = {
    **DEMO_SETTINGS,
    "DASHBOARD_FOLDER": str(FOLDER),
    "BREAKER_OPEN_SECONDS": "0.5",
    # What a test looks at stays until the test changes it.
    "BREAKER_HALF_OPEN_TIMEOUT_SECONDS": "600",
    "HEALTH_GATE_INTERVAL_SECONDS": "0.25",
    "ROLLOUT_STEPS": "0.5,1",
    "ROLLOUT_MINIMUM_HOLD_SECONDS": "600",
    "ROLLOUT_MAXIMUM_DURATION_SECONDS": "600",
    "RETRY_MAX_RETRIES": "0",
    # A machine that is busy with other tests is no matter of the page's.
    "EVENT_LOOP_DELAY_WARNING_SECONDS": "3600",
    "EVENT_LOOP_DELAY_ALERT_SECONDS": "3600",
    "AI_LATENCY_WARNING_SECONDS": "3600",
    "AI_LATENCY_ALERT_SECONDS": "3600",
    "QUEUE_MAX_RECEIVES": "1",
    # Nor is how many dead letters another test made within the last minute.
    "DEAD_LETTERS_PER_MINUTE_WARNING": "1000",
    "DEAD_LETTERS_PER_MINUTE_ALERT": "1000",
    "SATURATION_WARNING_RATIO": "1",
    "SATURATION_ALERT_RATIO": "1",
}

Open = Callable[..., Dashboard]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """For this package alone: while it runs, no event loop can."""
    if not FOLDER.exists():
        pytest.fail(f"There is no {FOLDER}. `make dashboard` builds it, and `make test` does so first.", pytrace=False)
    try:
        with chromium() as started:
            expect.set_options(timeout=PATIENCE)
            yield started
    except NoBrowserError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="package")
def running() -> Iterator[Service]:
    """Two instances and the simulated provider."""
    with LocalTarget(SETTINGS) as target:
        yield Service(target.start())


@pytest.fixture
def service(running: Service) -> Iterator[Service]:
    """The one of all tests, all well again after each."""
    running.tells_of_all()
    yield running
    running.mend()


@pytest.fixture(scope="package")
def recorded(running: Service) -> Answers:
    """What it says when all is well."""
    running.mend()
    running.embed(3)
    running.tells_of_all()
    return Answers.taken(running.address)


@pytest.fixture
def answers(recorded: Answers) -> Answers:
    """The same, to be changed by a test. It leaves the service itself alone, which so needs no mending."""
    return recorded.copy()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens pages; none of them may ask elsewhere, break the content security policy, or throw."""
    opened: list[Dashboard] = []

    def open_one(address: str, *, answers: Answers | None = None, **options: object) -> Dashboard:
        opened.append(Dashboard(browser, address, **options))  # type: ignore[arg-type] # as the class says
        if answers is not None:
            answers.play(opened[-1])
        opened[-1].open()
        return opened[-1]

    yield open_one
    for dashboard in opened:
        dashboard.close()
        assert [url for url in dashboard.requested if not url.startswith(f"{dashboard.address}/")] == []
        assert [text for text in dashboard.console if "Content Security Policy" in text] == []
        assert dashboard.errors == []
