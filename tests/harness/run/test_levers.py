"""A lever is pulled by `ops` itself, and what it did is told by callers and by the audit."""

import pytest

from harness.criteria.criterion import Verdict
from tests.harness.run.conftest import StartLocust


@pytest.mark.long
def test_a_lever_is_pulled_and_put_back_and_both_are_audited(locust: StartLocust) -> None:
    process = locust("--headless", "--scenario", "pulled")
    process.wait()
    results = process.results()
    assert [(pull.command, pull.exit_code) for pull in results.pulls] == [
        ("ops brownout on", 0),
        ("ops brownout off", 0),
    ]
    findings = {judged.name: judged.finding for judged in results.criteria}
    assert all(finding.verdict is Verdict.PASS for finding in findings.values()), findings
    assert findings["gaps in the audit"].sentence == "2 levers were pulled, and 2 lines tell of it."
