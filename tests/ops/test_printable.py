"""What others wrote, on an operator's terminal."""

import json

import pytest

from ops.show.output import as_json
from ops.target.fields import Fields

EVIL = "it \x1b[2Jleaks\n\x9b1m\u202e\u2028, ünter \ud800"


def test_no_terminal_obeys_what_the_service_tells() -> None:
    told = Fields({"reason": EVIL, "all": [EVIL], "by_name": {EVIL: {}}})
    seen = "it \\x1b[2Jleaks\\n\\x9b1m\\u202e\\u2028, ünter \\ud800"
    assert (told.text("reason"), told.texts("all"), list(told.named("by_name"))) == (seen, [seen], [seen])


def test_programs_get_it_whole_and_a_terminal_nothing_to_obey(capsys: pytest.CaptureFixture[str]) -> None:
    as_json({"reason": EVIL})
    said = capsys.readouterr().out
    assert json.loads(said) == {"reason": EVIL}
    assert all(line.isprintable() for line in said.split("\n"))
