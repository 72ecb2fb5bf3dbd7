"""The file of contexts: read with everything that is wrong in it at once."""

from pathlib import Path

import pytest

from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.target.context import Context, operator
from ops.target.contexts_file import read

GOOD = """
[contexts.staging]
url = "https://staging.example/"
who = "ann"
[contexts.lab]
url = "http://10.0.0.7:8000"
insecure = true
"""


def written(folder: Path, text: str) -> dict[str, str]:
    file = folder / "ballast" / "ops.toml"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    return {"XDG_CONFIG_HOME": str(folder)}


def refused(environment: dict[str, str], home: Path) -> OperationError:
    with pytest.raises(OperationError) as told:
        read(environment, home)
    return told.value


def test_without_a_file_there_is_this_machine(tmp_path: Path) -> None:
    assert read({}, tmp_path).by_name == {"local": Context(name="local", url="http://127.0.0.1:8000")}
    elsewhere = read({"BALLAST_URL": "http://127.0.0.1:9000/"}, tmp_path)
    assert elsewhere["local"].url == "http://127.0.0.1:9000"


def test_contexts_are_read_and_local_stays(tmp_path: Path) -> None:
    found = read(written(tmp_path, GOOD), tmp_path)
    assert list(found.by_name) == ["local", "staging", "lab"]
    assert found["staging"] == Context(name="staging", url="https://staging.example", who="ann")
    assert found["lab"].insecure
    assert found["staging"].command("release", "indexer", "--reason", "it is well") == (
        "ops --context staging release indexer --reason 'it is well'"
    )


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = """
    colour = "red"
    [contexts.staging]
    url = "https://ann:secret@staging.example"
    token = "abc"
    [contexts.lab]
    ulr = "http://lab"
    who = ""
    insecure = "yes"
    [contexts."a b"]
    url = 7
    """
    error = refused({**written(tmp_path, text), "BALLAST_URL": "localhost:8000"}, tmp_path)
    assert error.exit_code is Exit.USAGE
    file = tmp_path / "ballast" / "ops.toml"
    address = "expected http://HOST[:PORT] or https://HOST[:PORT]."
    assert str(error).splitlines() == [
        f"{file}: colour is unknown; expected [contexts.NAME] alone.",
        (
            f"{file}: [contexts.staging] token: a token has no place in this file; take it out, "
            "and store it with `ops context login NAME`."
        ),
        f"{file}: [contexts.staging] url is https://…@staging.example; {address}",
        f"{file}: [contexts.lab] ulr is unknown (did you mean url?); expected url, who, insecure.",
        f"{file}: [contexts.lab] has no url; {address}",
        f"{file}: [contexts.lab] insecure is 'yes'; expected true or false.",
        f"{file}: [contexts.a b]: expected a name of 1 to 64 letters, digits, dots, dashes or underscores.",
        f"{file}: [contexts.a b] url is 7; {address}",
        f"BALLAST_URL is localhost:8000; {address}",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[contexts", "is not TOML: "),
        ("contexts = 7", "contexts is 7; expected"),
        ("contexts.lab = 7", "contexts.lab is 7"),
    ],
)
def test_what_is_no_file_of_contexts_is_told(tmp_path: Path, text: str, said: str) -> None:
    assert said in str(refused(written(tmp_path, text), tmp_path))


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    error = refused({"BALLAST_CONFIG": str(tmp_path / "absent.toml")}, tmp_path)
    assert (error.exit_code, str(error)) == (
        Exit.NOT_FOUND,
        f"BALLAST_CONFIG is {tmp_path}/absent.toml, which does not exist.",
    )


def test_an_unknown_context_is_answered_with_the_nearest_and_all_there_are(tmp_path: Path) -> None:
    found = read(written(tmp_path, GOOD), tmp_path)
    with pytest.raises(OperationError, match=r"stagin \(did you mean staging\?\)\. There are: lab, local, staging"):
        found["stagin"]


def test_who_acts_is_said_in_what_the_service_takes() -> None:
    context = Context(name="lab", url="http://lab", who="ann")
    assert operator(context, {}) == "ann"
    assert operator(context, {"BALLAST_OPERATOR": "bob"}) == "bob"
