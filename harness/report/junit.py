"""The criteria as JUnit test cases, for the tables of continuous integration."""

import datetime as dt
from xml.etree import ElementTree as ET

from harness.criteria.criterion import Finding, Verdict
from harness.report.figures import quantity
from harness.results import Results, RunVerdict


def junit(results: Results) -> bytes:
    """One test case a criterion, and one for the run itself, which is an error unless it passes: no other is green."""
    verdicts = [judged.finding.verdict for judged in results.criteria]
    broken = results.verdict is not RunVerdict.PASS
    suite = ET.Element(
        "testsuite",
        name=f"ballast.{results.scenario}",
        tests=str(len(verdicts) + 1),
        failures=str(verdicts.count(Verdict.FAIL)),
        errors=str(int(broken)),
        skipped=str(verdicts.count(Verdict.INCONCLUSIVE) + verdicts.count(Verdict.NOT_ASKED)),
        time=f"{results.ended_at - results.started_at:.3f}",
        timestamp=dt.datetime.fromtimestamp(results.started_at, tz=dt.UTC).isoformat(timespec="seconds"),
    )
    run = ET.SubElement(suite, "testcase", classname=f"ballast.{results.scenario}", name="the run passes", time="0")
    if broken:
        ET.SubElement(run, "error", type=results.verdict, message=results.sentence)
    for judged in results.criteria:
        case = ET.SubElement(suite, "testcase", classname=f"ballast.{results.scenario}", name=judged.name, time="0")
        _tell(case, judged.finding)
    document: bytes = ET.tostring(suite, encoding="utf-8", xml_declaration=True)
    return document


def _tell(case: ET.Element, finding: Finding) -> None:
    limit = f"{finding.bound.replace('_', ' ')} {quantity(finding.limit, finding.unit)}"
    match finding.verdict:
        case Verdict.FAIL:
            message = f"{finding.sentence} Limit: {limit}."
            failure = ET.SubElement(case, "failure", type=finding.verdict, message=message)
            failure.text = "\n".join(finding.evidence)
        case Verdict.INCONCLUSIVE | Verdict.NOT_ASKED:
            ET.SubElement(case, "skipped", message=f"{finding.verdict.replace('_', ' ')}: {finding.sentence}")
        case Verdict.PASS:
            out = ET.SubElement(case, "system-out")
            out.text = f"{finding.sentence} Limit: {limit}."
