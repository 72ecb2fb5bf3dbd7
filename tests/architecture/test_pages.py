"""The architecture, the pages of the rooms and the decisions name what is there, and nothing that is gone."""

import re
from pathlib import Path

import pytest

from tests.architecture.rooms import house

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/architecture.md"
DECISIONS = ROOT / "docs/decisions"
RECORDS = sorted(DECISIONS.glob("0*.md"))
PAGES_OF_ROOMS = {"service": "docs/service.md", "harness": "docs/harness.md", "ops": "docs/ops.md"}


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_the_architecture_fits_on_one_page() -> None:
    assert len(read(PAGE).splitlines()) <= 100


def files_of_the_service_that_say(text: str) -> set[str]:
    service = ROOT / "service"
    return {file.relative_to(service).as_posix() for file in service.rglob("*.py") if text in read(file)}


def test_the_parts_of_an_instance_are_known_to_the_composition_root_alone() -> None:
    assert files_of_the_service_that_say("service.assembly.instance") == {"app.py"}


def test_the_switch_of_the_layer_is_asked_only_where_parts_are_made_and_put_together() -> None:
    rooms = {file.partition("/")[0] for file in files_of_the_service_that_say("use_reliability_system")}
    assert rooms == {"app.py", "assembly", "settings"}


@pytest.mark.parametrize("page", [PAGE, *RECORDS], ids=lambda page: page.name)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    named = re.findall(r"`((?:service|harness|ops|stacks|tests|benchmarks|loadtests|dashboard)/[^`\s]*)`", read(page))
    assert [name for name in named if not list(ROOT.glob(name))] == []


@pytest.mark.parametrize("program", PAGES_OF_ROOMS)
def test_every_room_is_on_the_page_of_its_program(program: str) -> None:
    tree = read(ROOT / PAGES_OF_ROOMS[program]).partition(f"```text\n{program}/\n")[2].partition("```")[0]
    rooms = {room.split(".")[1] for room in house().rooms if room.startswith(f"{program}.")} - {"__main__"}
    assert [room for room in sorted(rooms) if not re.search(rf"\b{room}(/|\.py)", tree)] == []


def test_decisions_are_numbered_without_a_gap_and_listed_by_their_titles() -> None:
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))
    listed = dict(re.findall(r"\| \[\d{4}\]\((.*?)\) \| (.*) \|", read(DECISIONS / "README.md")))
    assert list(listed) == [record.name for record in RECORDS]
    assert [record.name for record in RECORDS if not read(record).startswith(f"# {record.name[:4]}: ")] == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_a_decision_says_what_was_weighed_and_what_follows_on_one_page(record: Path) -> None:
    lines = read(record).splitlines()
    headings = [line for line in lines if line.startswith("## ")]
    assert headings == ["## Situation", "## Decision", "## What else was weighed", "## What follows"]
    assert len(lines) <= 60
