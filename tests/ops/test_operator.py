"""Who the audit says that it was."""

import pytest

from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.target.context import Context, operator

CONTEXT = Context(name="lab", url="https://lab.example", who="bob")


def test_the_environment_s_name_goes_above_the_context_s() -> None:
    assert operator(CONTEXT, {"BALLAST_OPERATOR": "ann"}) == "ann"
    assert operator(CONTEXT, {}) == "bob"


@pytest.mark.parametrize("name", ["ünn", "a" * 65, "an\x1bn"])
def test_a_name_that_the_audit_would_not_keep_is_refused(name: str) -> None:
    with pytest.raises(OperationError, match=r"BALLAST_OPERATOR is .*; expected 1 to 64 printable ASCII") as told:
        operator(CONTEXT, {"BALLAST_OPERATOR": name})
    assert told.value.exit_code is Exit.USAGE
    assert str(told.value).isprintable()
