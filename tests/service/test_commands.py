import os

import pytest

from service.__main__ import COMMANDS, main
from service.commands.exit_codes import Exit, ServeExit


def test_an_unknown_command_is_refused_and_the_known_ones_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrat"], os.environ) == 2
    said = capsys.readouterr().err
    assert said == f"'migrat' is no command of python -m service; expected one of: {', '.join(COMMANDS)}\n"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"], os.environ) == 0
    said = capsys.readouterr().out
    assert [name for name in COMMANDS if f"\n  {name} " not in said] == []


def test_serving_takes_no_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--port", "8000"], os.environ) == 2
    assert capsys.readouterr().err == "serve takes no arguments; got --port 8000\n"


def test_an_exit_code_is_named_for_what_it_says_of_its_command() -> None:
    assert (ServeExit(3).name, Exit(3).name) == ("CANNOT_START", "NOT_FOUND")
