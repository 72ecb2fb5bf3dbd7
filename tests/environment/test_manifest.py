import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

import harness.variables
import ops.variables
from harness.simulator.__main__ import main as simulator
from ops.__main__ import app
from service.commands.control import main as control
from service.settings.settings import declared, misspelt
from tests.environment.manifest import BETWEEN_PROGRAMS, declared_names, manifest

ROOT = Path(__file__).parents[2]
OF_THE_SYSTEM = {"PATH", "HOME", "LANG"}
READ = re.compile(
    r"""(?:environ|environment)(?:\.get\(|\[)\s*["']([A-Z][A-Z0-9_]+)["']|envvar="([A-Z_]+)"|VARIABLE.* = (".*")"""
)

GIVEN = re.compile(r"""["']export ([A-Z_]+)=""")


def read_in(folder: str) -> Iterator[str]:
    """The names that the code of a folder reads from an environment."""
    for file in sorted((ROOT / folder).rglob("*.py")):
        for match in READ.finditer(file.read_text(encoding="utf-8")):
            direct, option, constants = match.groups()
            yield from [direct or option] if direct or option else re.findall(r"[A-Z_]{2,}", constants)


def given_by_make_run() -> set[str]:
    """The names that another terminal gets."""
    return set(GIVEN.findall((ROOT / "harness/__main__.py").read_text(encoding="utf-8")))


def test_the_manifest_is_fresh() -> None:
    assert (ROOT / "ENVIRONMENT_MANIFEST.md").read_text(encoding="utf-8") == manifest()


@pytest.mark.parametrize("folder", ["service", "ops", "harness", "stacks", "loadtests"])
def test_what_a_program_reads_is_in_the_manifest(folder: str) -> None:
    assert set(read_in(folder)) - OF_THE_SYSTEM - declared_names() == set()


def test_what_make_run_gives_another_terminal_is_in_the_manifest() -> None:
    assert "BALLAST_URL" in given_by_make_run()
    assert given_by_make_run() - OF_THE_SYSTEM - declared_names() == set()


def test_what_the_manifest_lists_is_read_or_given() -> None:
    assert {variable.name for variable in ops.variables.VARIABLES} - set(read_in("ops")) == set()
    of_harness = (*harness.variables.LOAD_TESTS, *harness.variables.SIMULATOR)
    assert {variable.name for variable in of_harness} - set(read_in("harness")) == set()
    assert set(BETWEEN_PROGRAMS) - {*read_in("harness"), *read_in("stacks"), *given_by_make_run()} == set()


def test_a_name_of_one_program_is_not_taken_for_anothers() -> None:
    environment = dict.fromkeys(sorted(declared_names()), "")
    assert [*misspelt(environment), *ops.variables.misspelt(environment)] == []
    for name in environment:
        alone = {name: ""}
        hints = [*ops.variables.misspelt(alone), *harness.variables.misspelt(alone, harness.variables.LOAD_TESTS)]
        assert hints == []


OF_OTHERS = (
    *(f"AWS_ENDPOINT_URL_{service}" for service in ("S3", "SQS", "STS", "SSM", "SNS", "IAM", "ECS")),
    *("AWS_REGIONS", "AWS_SDK_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "XDG_CONFIG_DIRS", "XDG_CONFIG_HOMES"),
)
"""Names that boto3 and others read, or that look as if they did."""


@pytest.mark.parametrize("name", OF_OTHERS)
def test_a_name_of_somebody_elses_library_is_not_taken_for_ours(name: str) -> None:
    alone = {name: ""}
    of_harness = [
        *harness.variables.misspelt(alone, harness.variables.LOAD_TESTS),
        *harness.variables.misspelt(alone, harness.variables.SIMULATOR),
    ]
    assert [*misspelt(alone), *ops.variables.misspelt(alone), *of_harness] == []


def test_ops_warns_of_a_name_that_is_nearly_its_own(tmp_path: Path) -> None:
    environment = {"BALLAST_URI": "http://127.0.0.1:1", "XDG_CONFIG_HOME": str(tmp_path)}
    told = CliRunner().invoke(app, ["context", "list"], env=environment)
    assert told.exit_code == 0
    assert told.stderr == "BALLAST_URI is not a variable of ops; did you mean BALLAST_URL?\n"


def test_the_simulator_warns_of_a_name_that_is_nearly_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert simulator(["--port", "-1"], {"SIMULATOR_APIKEY": "key"}) == 2
    assert capsys.readouterr().err.splitlines() == [
        "harness.simulator: SIMULATOR_APIKEY is not a variable of the harness; did you mean SIMULATOR_API_KEY?",
        "harness.simulator: --port is -1; expected 0 to 65535",
    ]


def test_control_warns_of_a_name_that_is_nearly_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    environment = {"DATABASE_PATH": str(tmp_path / "none"), "CONTROL_TABEL": "t"}
    assert control(["show"], environment) == 3
    hint = "CONTROL_TABEL is not a variable of this service; did you mean CONTROL_TABLE?"
    assert capsys.readouterr().err.splitlines()[0] == hint


def test_each_variable_of_the_service_is_in_one_group() -> None:
    listed = [line.split("`")[1] for line in manifest().splitlines() if line.startswith("| `")]
    assert [name for _, variable in declared() if listed.count(name := variable.name) != 1] == []
