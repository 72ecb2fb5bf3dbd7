import msgspec

from harness.criteria.criterion import Bound
from harness.criteria.judgement import Limit, failed, judged
from harness.drills import drill_table
from harness.record import PullRow
from harness.report.html_page import html_page
from harness.report.markdown import markdown
from harness.results import Judged, Results, assess
from tests.harness.rows import record
from tests.harness.story import story

SECONDS = Limit(value=2.5, bound=Bound.AT_MOST, unit="s")
SHARE = Limit(value=0.99, bound=Bound.AT_LEAST, unit="ratio")
PULL = PullRow(
    phase="brownout",
    command="ops brownout on",
    reason="drill: brownout",
    began_at=3.0,
    ended_at=4.5,
    exit_code=0,
    said="",
)


def results(*criteria: Judged) -> Results:
    return msgspec.structs.replace(assess(story(), record()), pulls=[PULL], criteria=list(criteria))


EFFECT = Judged(name="time to effect · brownout", phases=["brownout"], finding=judged(1.25, SECONDS, ""))
OTHERS = Judged(name="goodput of read · brownout", phases=["brownout"], finding=judged(1.0, SHARE, ""))


def cells(told: Results) -> list[str]:
    return [cell.strip() for cell in drill_table(told).splitlines()[2].strip("|").split("|")]


def test_a_row_tells_how_long_the_command_and_its_effect_took_and_who_else_noticed() -> None:
    assert cells(results(EFFECT, OTHERS)) == ["`ops brownout on`", "1.5 s", "1.25 s", "100%", "pass"]


def test_a_lever_that_did_not_work_fails_and_so_does_a_command_that_failed() -> None:
    never = msgspec.structs.replace(EFFECT, finding=failed(SECONDS, "never"))
    assert cells(results(never, OTHERS))[2:] == ["", "100%", "FAIL"]
    refused = msgspec.structs.replace(results(), pulls=[msgspec.structs.replace(PULL, exit_code=4)])
    assert cells(results())[-1] == "pass"
    assert cells(refused)[-1] == "FAIL"


def test_the_report_tells_each_command() -> None:
    told = results(EFFECT)
    assert "ops brownout on" in html_page(told)
    assert "| `ops brownout on` | 1.5 s | 0 |" in markdown(told)
