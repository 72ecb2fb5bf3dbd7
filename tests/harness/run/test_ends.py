"""However a run ends, what was measured is told where that is possible, and no process is left."""

import os
import signal

import pytest

from harness.results import RunVerdict
from tests.harness.run.conftest import StartLocust


@pytest.mark.parametrize(
    ("number", "why"),
    [
        pytest.param(signal.SIGINT, "interrupted (Ctrl-C)", marks=pytest.mark.long),
        (signal.SIGTERM, "terminated (SIGTERM)"),
    ],
)
def test_a_signal_ends_a_run_with_a_report_of_what_was_measured(
    locust: StartLocust, number: signal.Signals, why: str
) -> None:
    process = locust("--headless", "--scenario", "endless")
    process.wait_until_said("healthy")
    process.process.send_signal(number)
    assert process.wait() == 12, process.said
    results = process.results()
    assert (results.verdict, results.aborted) == (RunVerdict.ABORTED, why)
    assert [span.phase for span in results.phases] == ["healthy", "failing"]
    assert process.processes() == []
    assert process.temporary_files() == []


def test_a_ctrl_c_at_the_terminal_lets_the_workers_report_first(locust: StartLocust) -> None:
    process = locust("--headless", "--scenario", "endless", "--processes", "2")
    process.wait_until_said("healthy")
    process.signal_all(signal.SIGINT)
    assert process.wait() == 12, process.said
    assert process.results().verdict is RunVerdict.ABORTED
    assert process.processes() == []


def test_a_killed_run_leaves_no_process(locust: StartLocust) -> None:
    process = locust("--headless", "--scenario", "endless", "--processes", "2")
    process.wait_until_said("healthy")
    assert len(process.processes()) == 6  # master, two workers, simulator, two instances
    process.process.kill()
    process.process.wait()
    process.wait_for_none()


@pytest.mark.long
def test_a_worker_that_dies_makes_the_run_invalid_at_once(locust: StartLocust) -> None:
    process = locust("--headless", "--scenario", "endless", "--processes", "2")
    process.wait_until_said("healthy")
    os.kill(process.pids("locust -f")[0], signal.SIGKILL)
    assert process.wait() == 13, process.said
    assert process.results().aborted.endswith("of 2 went away")
    assert process.processes() == []


@pytest.mark.long
def test_an_instance_that_dies_ends_the_run(locust: StartLocust) -> None:
    process = locust("--headless", "--scenario", "endless")
    process.wait_until_said("healthy")
    os.kill(process.pids("-m service")[0], signal.SIGKILL)
    process.wait()
    assert "ended with exit code -9" in process.results().aborted
    assert process.processes() == []


@pytest.mark.long
def test_a_second_ctrl_c_ends_a_run_at_once(locust: StartLocust) -> None:
    process = locust("--headless", "--scenario", "endless")
    process.wait_until_said("healthy")
    process.process.send_signal(signal.SIGINT)
    process.process.send_signal(signal.SIGINT)
    assert process.wait() == 12, process.said
    process.wait_for_none()


def test_a_service_that_does_not_start_is_told_in_its_own_words(locust: StartLocust) -> None:
    process = locust("--headless", "--scenario", "brief", "--service-command", "sh -c 'echo no luck today >&2; exit 3'")
    assert process.wait() == 13
    assert "main-1 ended with exit code 3" in process.said
    assert "no luck today" in process.said
    assert process.processes() == []
    assert process.temporary_files() == []


@pytest.mark.long
def test_a_report_that_cannot_be_written_is_told(locust: StartLocust) -> None:
    process = locust("--headless", "--scenario", "endless")
    process.wait_until_said("healthy")
    process.reports.write_text("a file where a folder should be")
    process.process.terminate()
    assert process.wait() == 13, process.said
    assert "The report could not be written" in process.said
    assert process.processes() == []
