"""The end of the day, after every other test of what was deployed."""

from tests.deployed.conftest import Deployed


def test_nothing_is_left_when_all_is_destroyed(deployed: Deployed) -> None:
    deployed.emulator.destroy()
    assert deployed.emulator.app_runner("ListServices") == {"ServiceSummaryList": []}
