"""The reader of documents itself: what is not as the document says is found."""

from pathlib import Path

import pytest

from tests.documents.clone import variables
from tests.documents.document import as_shown, commands, kinds
from tests.documents.reader import Reader
from tests.documents.shell import Shell
from tests.documents.terminal import Terminal

DOCUMENT = """
```sh
NAME=reader
greet() { echo "hello,   $1"; }
cd "$HOME"
```

<!-- until it shows -->
```sh
echo x >> typed; wc -l < typed
```
```text
2
```

```text
a picture
```

1. In a list:

   ```sh
   greet $NAME; pwd
   ```
   ```text
   hello, …
   /…
   ```
"""


def typed(document: str, folder: Path) -> None:
    reader = Reader(Shell(folder, variables(), home=folder))
    for command in commands(document):
        reader.type(command)


def test_a_block_has_its_note_its_line_and_what_it_shows() -> None:
    first, second, third = commands(DOCUMENT)
    assert (first.line, first.note, first.shown) == (2, "", ())
    assert (second.note, second.shown) == ("until it shows", ("2",))
    assert [word.strip() for word in third.shown] == ["hello, …", "/…"]
    assert [kind for _, kind in kinds(DOCUMENT)] == ["sh", "sh", "text", "text", "sh", "text"]


def test_variables_functions_and_folders_are_those_of_the_block_before(tmp_path: Path) -> None:
    typed(DOCUMENT, tmp_path)


@pytest.mark.parametrize(
    ("there", "instead"),
    [("hello,   ", "goodbye, "), ("<!-- until it shows -->\n", ""), ("; pwd", ""), ("NAME=reader", "false")],
)
def test_a_document_that_is_not_true_is_found(there: str, instead: str, tmp_path: Path) -> None:
    assert there in DOCUMENT
    with pytest.raises(AssertionError):
        typed(DOCUMENT.replace(there, instead), tmp_path)


@pytest.mark.parametrize(
    ("shown", "said", "alike"),
    [
        ("a\nb", "a\n\n  b  \n", True),
        ("a", "a\nb\n", False),
        ("a\n…", "a\nb\nc\n", True),
        ("a\n…\nd", "a\nd\n", True),
        ("a … c", "a b c\n", True),
        ("a …\n", "b\n", False),
    ],
)
def test_all_that_is_said_is_compared_but_what_is_left_open(shown: str, said: str, *, alike: bool) -> None:
    assert as_shown(tuple(shown.splitlines()), said) is alike


def test_what_is_written_over_on_a_terminal_is_not_there_in_the_end(tmp_path: Path) -> None:
    _, said = Shell(tmp_path, variables(), home=tmp_path).run(r"printf 'waiting\r\033[2Kdone\n'")
    assert said.splitlines() == ["done"]


def test_what_goes_on_is_waited_for_and_ended(tmp_path: Path) -> None:
    [command] = commands("```sh\necho ready; sleep 600\n```\n```text\nready\n```\n")
    terminal = Terminal(command, tmp_path, variables(), said=tmp_path / "said")
    terminal.shows()
    terminal.end()
    [command] = commands("```sh\necho never\n```\n```text\nready\n```\n")
    terminal = Terminal(command, tmp_path, variables(), said=tmp_path / "said")
    with pytest.raises(AssertionError, match="does not show"):
        terminal.shows()
