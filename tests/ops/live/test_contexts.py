"""Contexts as a person keeps them, and the token in the keyring."""

import json
import os
import pty
from pathlib import Path

from ops.target.tokens import OPERATOR_VARIABLE
from tests.ops.conftest import OPERATOR
from tests.ops.live.conftest import WHY, Fleet, Ops

KEYRING = {"PYTHON_KEYRING_BACKEND": "tests.ops.live.kept_keyring.Kept"}


def kept(fleet: Fleet, folder: Path) -> dict[str, str]:
    """A file with the second instance as `other`, and a keyring."""
    file = folder / "ops.toml"
    file.write_text(f'[contexts.other]\nurl = "{fleet.addresses[1]}"\nwho = "bob"\n', encoding="utf-8")
    variables = {"BALLAST_CONFIG": str(file), "KEPT_KEYRING": str(folder / "keyring.json"), **KEYRING}
    return {**variables, "BALLAST_OPERATOR_TOKEN": "", "BALLAST_OPERATOR": ""}


def test_a_token_is_typed_once_and_found_in_the_keyring_afterwards(ops: Ops, fleet: Fleet, tmp_path: Path) -> None:
    variables = kept(fleet, tmp_path)
    ours, its = pty.openpty()
    login = ops.begun("context", "login", "other", stdin=its, variables=variables)
    made = ops.answered(login, ours, OPERATOR)
    os.close(its)
    assert (made.returncode, made.stdout) == (0, "Stored in the keyring as ballast, other/operator.\n")
    assert json.loads((tmp_path / "keyring.json").read_text())["ballast other/operator"] == OPERATOR

    changed = ops("--context", "other", "brownout", "on", *WHY, "--no-wait", **variables)
    assert json.loads(changed.stdout)["after"]["by"] == "bob"
    assert json.loads(changed.stdout)["reverse"] == "ops --context other brownout off --reason 'taken back'"
    listed = ops("breakers", "list", BALLAST_CONTEXT="other", **variables)
    assert json.loads(listed.stdout)["instance"] == "main-2"


def test_contexts_are_listed_without_their_tokens(ops: Ops, fleet: Fleet, tmp_path: Path) -> None:
    variables = kept(fleet, tmp_path)
    told = json.loads(ops("--context", "other", "context", "list", **variables).stdout)
    assert (told["in_use"], told["file"]) == ("other", variables["BALLAST_CONFIG"])
    assert [each["name"] for each in told["contexts"]] == ["local", "other"]
    table = ops("--context", "other", "context", "list", "--output", "table", **variables).stdout
    assert table.splitlines()[2].split()[:4] == ["other", "*", fleet.addresses[1], "bob"]
    shown = ops("context", "show")
    assert json.loads(shown.stdout)["token_from"] == OPERATOR_VARIABLE


def test_without_a_keyring_the_environment_is_named(ops: Ops) -> None:
    ours, its = pty.openpty()
    variables = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    login = ops.begun("context", "login", "local", stdin=its, variables=variables)
    made = ops.answered(login, ours, "a-token")
    os.close(its)
    assert made.returncode == 5
    assert "put it into BALLAST_OPERATOR_TOKEN instead." in made.stderr
    assert "a-token" not in made.stderr
    nobody = ops("context", "login", "local")
    assert (nobody.returncode, nobody.stderr) == (2, "The token is asked for at a terminal; this is none.\n")


def test_a_shell_completes_names_of_the_target_and_is_not_disturbed_when_it_is_away(ops: Ops, fleet: Fleet) -> None:
    def completed(line: str, **variables: str) -> list[str]:
        asked = {"_OPS_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
        return ops(**asked, **variables).stdout.split()

    assert fleet
    assert completed("ops breakers isolate e") == ["embeddings:stable", "embeddings:canary", "event_queue"]
    assert completed("ops quarantine in") == ["indexer"]
    assert completed("ops quarantine in", BALLAST_URL="http://127.0.0.1:1") == []
