import msgspec

from harness.criteria.criterion import Bound, Finding
from harness.criteria.judgement import Limit, failed, judged
from harness.limits import limits_table
from harness.results import Judged, Results, assess
from tests.harness.rows import record
from tests.harness.story import story

SECONDS = Limit(value=3.0, bound=Bound.AT_MOST, unit="s")
SHARE = Limit(value=0.98, bound=Bound.AT_LEAST, unit="ratio")


def run_with(finding: Finding) -> Results:
    results = assess(story(), record())
    return msgspec.structs.replace(
        results, scenario="a-scenario", criteria=[Judged(name="a criterion", phases=[], finding=finding)]
    )


def row_of(*findings: Finding) -> list[str]:
    table = limits_table(run_with(finding) for finding in findings)
    row = next(line for line in table.splitlines() if line.startswith("| a criterion"))
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_a_limit_stands_beside_the_median_and_the_spread_of_the_runs() -> None:
    row = row_of(*(judged(seconds, SECONDS, "") for seconds in (1.0, 1.5, 4.0)))
    assert row == ["a criterion", "1.50 s", "1.00 s to 4.00 s", "≤ 3.00 s", "2.0", "2 of 3"]


def test_the_room_of_a_share_that_must_be_high_is_what_it_may_lose() -> None:
    assert row_of(judged(0.99, SHARE, ""))[4] == "2.0"
    assert row_of(judged(1.0, SHARE, ""))[4] == "none was used"


def test_a_run_without_a_value_counts_among_the_runs_only() -> None:
    row = row_of(judged(1.0, SECONDS, ""), failed(SECONDS, "never"))
    assert (row[1], row[5]) == ("1.00 s", "1 of 2")
    assert row_of(failed(SECONDS, "never"))[1] == ""
