"""`python -m service control`: what operators set, changed without any instance."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from service.__main__ import main
from service.commands.control import KNOWN
from tests.service.conftest import Start
from tests.service.store.aws import ENVIRONMENT as AWS
from tests.service.store.aws import played_aws
from tests.service.store.conftest import sqlite_file
from tests.service.test_levers_fleet import Look, instances, late_looks, told, unexcused, wait_until
from tests.service.test_rollouts_api import QUICK, operate

Control: TypeAlias = Callable[..., tuple[int, Any, str]]

CANNOT_BE_TOLD = [
    (["safe-mode", "on"], "--reason"),
    (["safe-mode", "on", "--reason", " "], "--reason"),
    (["safe-mode", "on", "--reason", "x" * 501], "--reason"),
    (["safe-mode", "maybe", "--reason", "r"], "maybe"),
    (["safe-mode", "on", "--reason", "r", "--by", ""], "--by"),
    (["safe-mode", "on", "--reason", "r", "--ttl", "0"], "--ttl"),
    (["safe-mode", "on", "--reason", "r", "--ttl", "soon"], "--ttl"),
    (["safe-mode", "off", "--reason", "r", "--ttl", "5"], "--ttl is 5; expected none"),
    (["safe-mode", "on", "--reason", "r", "--expected-revision", "-1"], "--expected-revision"),
    (["flags", "set", "provider_embeddings", "--reason", "r"], "--percentage"),
    (["flags", "set", "provider_embeddings", "--on", "--off", "--reason", "r"], "--off"),
    (["flags", "set", "provider_embeddings", "--percentage", "101", "--reason", "r"], "--percentage"),
    (["rollout", "start", "embeddings", "--reason", "r"], "start"),
    (["rollback", "embeddings", "--reason", "r", "--ttl", "5"], "--ttl is 5; expected none"),
    (["audit", "--limit", "0"], "--limit"),
    (["audit", "--before", "nonsense"], "--before is 'nonsense': it is not in the form of a cursor"),
    ([], "COMMAND"),
]

UNKNOWN = [
    (["quarantine", "indxer"], "there is no agent 'indxer'; did you mean indexer?"),
    (["breakers", "isolate", "database"], "there is no breaker 'database'; did you mean document_database?"),
    (["flags", "clear", "nothing"], "there is no flag 'nothing'; expected one of: provider_embeddings"),
    (["rollback", "x"], "there is no rollout 'x'; expected one of: embeddings"),
]


def run(environ: Mapping[str, str], capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    """The exit code, what was answered, and what was said."""
    capsys.readouterr()
    try:
        code = main(["control", *arguments], environ)
    except SystemExit as end:  # by the parser
        code = int(end.code or 0)
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else None, said.err


@pytest.fixture
async def empty(tmp_path: Path) -> Path:
    """A file that the service has made, with nothing set."""
    file = sqlite_file(tmp_path)
    await file.open("")
    await file.close()
    return tmp_path / "ballast.sqlite3"


@pytest.fixture
def control(empty: Path, capsys: pytest.CaptureFixture[str]) -> Control:
    return partial(run, {"DATABASE_PATH": str(empty)}, capsys)


@pytest.fixture
def on_aws(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Control]:
    for name, value in AWS.items():
        monkeypatch.setenv(name, value)
    with played_aws():
        yield partial(run, {"CONTROL_TABLE": "control"}, capsys)


def test_what_is_set_in_dynamodb_is_found_there(on_aws: Control) -> None:
    code, change, _ = on_aws("safe-mode", "on", "--reason", "it burns", "--by", "ann")
    assert (code, change["version"]) == (0, 1)
    assert on_aws("show")[1]["entries"]["mode/safe_mode"]["by"] == "ann"
    assert [line["subject"] for line in on_aws("audit")[1]["lines"]] == ["mode/safe_mode"]


def test_a_table_that_there_is_not_is_told(on_aws: Control, capsys: pytest.CaptureFixture[str]) -> None:
    assert on_aws("show")[0] == 0
    code, _, said = run({"CONTROL_TABLE": "nothing"}, capsys, "show")
    assert (code, "ResourceNotFoundException" in said) == (5, True)


def test_every_lever_is_pulled_and_shown_and_audited(control: Control) -> None:
    by_ann = ("--reason", "it burns", "--by", "ann")
    pulled = [
        (("safe-mode", "on"), "mode/safe_mode", "safe_mode on"),
        (("write-drain", "on"), "mode/write_drain", "write_drain on"),
        (("brownout", "on"), "mode/brownout", "brownout on"),
        (("quarantine", "indexer"), "agent/indexer", "quarantine"),
        (("isolate", "event_queue"), "breaker/event_queue", "isolate"),
        (("breakers", "isolate", "embeddings:canary"), "breaker/embeddings:canary", "isolate"),
        (("flags", "set", "provider_embeddings", "--off"), "flag/provider_embeddings", "flag off"),
    ]
    for number, (words, key, _) in enumerate(pulled, 1):
        code, change, _ = control(*words, *by_ann)
        assert (code, change["key"], change["changed"], change["version"]) == (0, key, True, number)
        assert (change["after"]["by"], change["after"]["reason"], change["after"]["on"]) == ("ann", "it burns", True)
    code, shown, _ = control("show")
    assert (code, {key for key, entry in shown["entries"].items() if entry["in_force"]}) == (
        0, {key for _, key, _ in pulled},
    )  # fmt: skip
    assert shown["documents"] == {"operations": len(pulled), "rollout:embeddings": 0}
    code, audit, _ = control("audit")
    assert [(line["subject"], line["action"], line["by"]) for line in audit["lines"]] == [
        (key, action, "ann") for _, key, action in reversed(pulled)
    ]
    for words in (("release", "indexer"), ("reset", "event_queue"), ("flags", "clear", "provider_embeddings")):
        code, change, _ = control(*words, "--reason", "it is out")
        assert (code, change["after"]["on"], change["after"]["by"]) == (0, False, "operator")


def test_what_is_so_already_is_not_written_again_and_a_reset_is(control: Control) -> None:
    control("safe-mode", "on", "--reason", "r")
    code, change, _ = control("safe-mode", "on", "--reason", "again")
    assert (code, change["changed"], change["version"]) == (0, False, 1)
    code, change, _ = control("reset", "event_queue", "--reason", "it opened by itself")
    assert (code, change["changed"], change["version"]) == (0, True, 2)


def test_a_dry_run_shows_the_change_and_makes_none(control: Control) -> None:
    code, change, _ = control("safe-mode", "on", "--reason", "r", "--ttl", "60", "--dry-run")
    assert (code, change["dry_run"], change["changed"], change["before"]) == (0, True, True, None)
    assert change["after"]["until"] == pytest.approx(change["after"]["since"] + 60)
    assert control("show")[1]["entries"] == {}


def test_a_change_over_another_revision_is_refused_and_shows_what_is_there(control: Control) -> None:
    control("safe-mode", "on", "--reason", "mine", "--by", "ann")
    code, answer, said = control("safe-mode", "off", "--reason", "r", "--expected-revision", "7")
    assert (code, answer) == (5, None)
    assert said.startswith("mode/safe_mode is at revision 1; expected 7; what is there: ")
    assert '"by":"ann"' in said
    code, _, said = control("brownout", "off", "--reason", "r", "--expected-revision", "7")
    assert (code, said) == (5, "mode/brownout is at revision 0; expected 7; nobody has set it\n")


@pytest.mark.parametrize(("arguments", "said"), CANNOT_BE_TOLD)
def test_what_cannot_be_told_is_named(control: Control, arguments: list[str], said: str) -> None:
    code, answer, error = control(*arguments)
    assert (code, answer) == (2, None)
    assert said in error


@pytest.mark.parametrize(("arguments", "said"), UNKNOWN)
def test_a_name_that_there_is_not_is_answered_with_the_nearest(
    control: Control, arguments: list[str], said: str
) -> None:
    assert control(*arguments, "--reason", "r") == (3, None, f"{said}\n")


async def test_the_names_that_the_command_knows_are_those_of_a_service(start: Start) -> None:
    listed = {
        "mode": ("modes", "modes"),
        "agent": ("modes", "agents"),
        "flag": ("flags", "flags"),
        "breaker": ("circuit-breakers", "circuit_breakers"),
        "rollout": ("rollouts", "rollouts"),
    }
    async with start(**QUICK) as client:
        of_service = {
            kind: {each["name"] for each in (await client.get(f"/api/observability/{path}")).json()[member]}
            for kind, (path, member) in listed.items()
        }
    assert of_service == {kind: set(names) for kind, names in KNOWN.items()}


def test_no_file_is_made_where_there_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = tmp_path / "nowhere.sqlite3"
    code, _, said = run({"DATABASE_PATH": str(nowhere)}, capsys, "show")
    assert (code, said) == (
        3, f"DATABASE_PATH is {nowhere}, where there is no file; expected the service's own\n",
    )  # fmt: skip
    assert not nowhere.exists()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("nothing but words, and many of them " * 100, encoding="utf-8")
    code, _, said = run({"DATABASE_PATH": str(other)}, capsys, "show")
    assert code == 5
    assert str(other) in said
    assert other.read_text(encoding="utf-8").startswith("nothing but words")


def test_settings_that_are_wrong_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, said = run({"DATABASE_PATH": ""}, capsys, "show")
    assert (code, said) == (2, "DATABASE_PATH is empty; expected the path of a file\n")


async def rolled_out(start: Start) -> None:
    async with start(**QUICK) as client:
        assert (await operate(client, "start")).status_code == 200


def test_a_rollout_is_paused_and_rolled_back_while_the_service_is_down(start: Start, control: Control) -> None:
    asyncio.run(rolled_out(start))
    code, change, _ = control("rollout", "pause", "embeddings", "--reason", "wait", "--by", "ann")
    assert (code, change["before"]["status"], change["after"]["status"], change["version"]) == (
        0, "running", "paused", 2,
    )  # fmt: skip
    code, change, _ = control("rollback", "embeddings", "--reason", "no", "--dry-run")
    assert (code, change["after"]["status"], change["version"]) == (0, "rolled_back", 3)
    code, _, said = control("rollback", "embeddings", "--reason", "no", "--expected-revision", "1")
    assert (code, "rollout:embeddings is at version 2; expected 1" in said) == (5, True)
    assert control("rollback", "embeddings", "--reason", "no")[0] == 0
    code, _, said = control("rollout", "resume", "embeddings", "--reason", "yes")
    assert (code, "it is rolled_back" in said) == (5, True)
    lines = control("audit", "--subject", "rollout/embeddings")[1]["lines"]
    assert [(line["action"], line["by"]) for line in lines] == [
        ("roll_back", "operator"), ("pause", "ann"), ("start", "operator"),
    ]  # fmt: skip


def test_a_running_fleet_follows_within_two_seconds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with instances(tmp_path) as both:
        clients = [client for _, client in both]
        environ = {"DATABASE_PATH": str(tmp_path / "ballast.sqlite3")}
        late: list[list[Look]] = [[], []]
        for on in (True, False):
            words = ("write-drain", "on" if on else "off", "--reason", "r", "--by", "ann")
            wait_until(lambda words=words: run(environ, capsys, *words)[0] == 0)  # type: ignore[misc] # of this turn
            changed_at = wait_until(lambda: True)
            for looks, client in zip(late, clients, strict=True):
                looks.extend(late_looks(client, on=on, changed_at=changed_at))
        assert [unexcused(client, looks) for client, looks in zip(clients, late, strict=True)] == [[], []]
        seen = [[event["detail"]["by"] for event in told(client, "mode_changed")] for client in clients]
    assert seen == [["ann", "ann"]] * 2
