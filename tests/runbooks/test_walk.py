"""The walker itself: a document that was changed does not get through."""

from pathlib import Path

import pytest

from tests.documents.document import commands
from tests.runbooks.walk import Walk

DOCUMENT = """# Too much of it

One looks:

```sh
echo "there are 3 of them"
```
```text
there are … of them
```

and keeps what is needed,

```sh
NAME=$(echo '{"name": "indexer"}' | python -c 'import json, sys; print(json.load(sys.stdin)["name"])')
```

and acts:

```sh
echo "release $NAME" --reason "all is well"
```
```text
release indexer …
```
"""
COMMANDS = ("echo", "NAME=", "echo")


def walked(document: str, folder: Path) -> None:
    walk = Walk(document, folder, {}, patience=0.3)
    for command in COMMANDS:
        walk.command(command)
    walk.ends()


def test_a_document_is_its_commands_in_their_order_each_with_what_it_shows() -> None:
    first, second, third = commands(DOCUMENT)
    assert (first.text, first.shown) == ('echo "there are 3 of them"', ("there are … of them",))
    assert (second.shown, third.shown) == ((), ("release indexer …",))
    assert [command.changes for command in (first, second, third)] == [False, False, True]


def test_an_engineer_gets_through_and_what_one_block_sets_the_next_one_has(tmp_path: Path) -> None:
    walked(DOCUMENT, tmp_path)


@pytest.mark.parametrize("number", range(len(COMMANDS)))
def test_a_document_that_lacks_a_command_fails(number: int, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        walked(without(DOCUMENT, number), tmp_path)


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("there are 3 of them", "there are none"),
        ("NAME=$", "NAM=$"),
        ('["name"]', '["names"]'),
        ("release $NAME", "quarantine $NAME"),
        ('echo "release', 'ehco "release'),
    ],
)
def test_a_document_with_another_command_fails(there: str, instead: str, tmp_path: Path) -> None:
    assert there in DOCUMENT
    with pytest.raises(AssertionError):
        walked(DOCUMENT.replace(there, instead), tmp_path)


def test_a_document_with_one_more_command_fails(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="goes on with 'echo more'"):
        walked(f"{DOCUMENT}\n```sh\necho more\n```\n", tmp_path)


def test_what_only_looks_is_typed_until_it_shows_what_it_should_and_what_changes_something_once(tmp_path: Path) -> None:
    looks = "```sh\necho x >> typed; wc -l < typed\n```\n```text\n3\n```\n"
    walk = Walk(looks, tmp_path, {})
    walk.command("echo")
    changes = "```sh\necho x >> changed; wc -l < changed # --reason\n```\n```text\n3\n```\n"
    with pytest.raises(AssertionError, match="does not show"):
        Walk(changes, tmp_path, {}).command("echo")
    assert (tmp_path / "changed").read_text() == "x\n"


def test_a_command_has_the_terminal_that_its_reader_has_and_nobody_who_could_be_asked(tmp_path: Path) -> None:
    walk = Walk("```sh\ntest -t 1 && ! test -t 0 && echo $COLUMNS\n```\n", tmp_path, {})
    assert walk.command("test").split() == ["200"]


def without(document: str, number: int) -> str:
    """The document without one of its commands; what it shows stays."""
    before, *parts = document.split("```sh\n")
    parts[number] = parts[number].partition("```\n")[2]
    return before + "".join(part if at == number else f"```sh\n{part}" for at, part in enumerate(parts))
