"""What the command line asks for is checked before anything is started."""

from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from harness.cli.options import UsageError, chosen_scenarios
from harness.cli.plan_text import plan_text
from harness.plan.requests import embed, read_document
from harness.plan.scenario import Fault, FaultMode, Phase, Scenario
from tests.harness.run.conftest import StartLocust


def scenario(name: str, **changes: Any) -> Scenario:
    phase = Phase(name="healthy", seconds=5, rate=40)
    return Scenario(**({"name": name, "title": "", "phases": [phase], "requests": [embed], "criteria": []} | changes))


AVAILABLE = {name: scenario(name) for name in ("breaker", "gates", "rollback")}


def options(tmp_path: Path, scenario: str = "", **changes: object) -> Namespace:
    given = {
        "class_picker": False,
        "reports": str(tmp_path),
        "reports_bucket": "",
        "host": "",
        "target": "local",
        "outputs_file": "",
    }
    return Namespace(**({"scenario": scenario, **given} | changes))


def test_scenarios_are_chosen_by_name_and_run_in_the_order_of_their_names(tmp_path: Path) -> None:
    chosen = chosen_scenarios(AVAILABLE, options(tmp_path, "rollback, breaker,rollback"), by_class=[])
    assert [each.name for each in chosen] == ["breaker", "rollback"]


def test_without_names_the_chosen_classes_count(tmp_path: Path) -> None:
    by_class = [AVAILABLE["rollback"], AVAILABLE["gates"]]
    chosen = chosen_scenarios(AVAILABLE, options(tmp_path), by_class=by_class)
    assert [each.name for each in chosen] == ["gates", "rollback"]


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    endless = scenario("endless", phases=[Phase(name="healthy", seconds=2000, rate=1)])
    with pytest.raises(UsageError) as caught:
        chosen_scenarios(
            {**AVAILABLE, "endless": endless},
            options(
                tmp_path, "gates,nope,endless", class_picker=True, reports=str(file), reports_bucket="s3://reports"
            ),
            by_class=[],
        )
    told = str(caught.value).splitlines()
    assert told[0] == "there is no scenario 'nope'; choose from breaker, endless, gates, rollback"
    assert told[1] == "endless plans 2000 s; the ceiling is 1800 s"
    assert told[2].startswith("--class-picker takes away the plan")
    assert told[3] == f"--reports is {file}, which is a file; expected a folder"
    assert told[4] == "--reports-bucket (REPORTS_BUCKET) is 's3://reports'; expected the name of a bucket"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"target": "moon"}, "--target is moon; expected one of local, emulated, aws"),
        ({"target": "emulated", "host": "http://x"}, "--host names a target, and so does --target emulated"),
        ({"target": "aws"}, "--target aws needs --outputs-file"),
        ({"outputs_file": "f"}, "--outputs-file is for --target aws, and the target is local"),
    ],
)
def test_a_target_is_one_of_three_and_comes_with_what_it_needs(
    tmp_path: Path, given: dict[str, str], told: str
) -> None:
    with pytest.raises(UsageError) as caught:
        chosen_scenarios(AVAILABLE, options(tmp_path, **given), by_class=[])
    assert str(caught.value).startswith(told)


def test_the_plan_tells_load_faults_and_questions() -> None:
    fault = Fault(dependency="embeddings", mode=FaultMode.ERROR, status=429)
    failing = Phase(name="failing", seconds=10, rate=20, faults=[fault], requests=[read_document])
    told = plan_text(scenario("s", title="A title", phases=[failing], contrast=[failing], seed=3))
    assert "s: A title (seed 3)" in told
    assert "fault: embeddings answers 429" in told
    assert "sends read_document 100%" in told
    assert "without the reliability layer" in told


def test_a_mistake_ends_locust_before_anything_is_started(locust: StartLocust) -> None:
    process = locust("--headless", "--scenario", "nope")
    assert process.wait() == 2
    assert process.said == "there is no scenario 'nope'; choose from brief, endless, pulled\n"


def test_a_dry_run_of_a_class_prints_its_plan_and_starts_nothing(locust: StartLocust) -> None:
    process = locust("--headless", "--dry-run", "Endless")
    assert process.wait() == 0, process.said
    assert process.said.startswith("endless: Until somebody ends it")
    assert not process.reports.exists()
