"""What a token allows, and what is told of one that does not."""

from tests.ops.conftest import VIEWER
from tests.ops.live.conftest import WHY, Ops


def test_a_token_that_is_missing_wrong_or_a_viewer_s_is_told_apart(ops: Ops) -> None:
    def refused(token: str) -> tuple[int, str]:
        made = ops("brownout", "on", *WHY, BALLAST_OPERATOR_TOKEN=token)
        return made.returncode, made.stderr

    code, said = refused("")
    assert code == 4
    assert said.startswith("A change of local wants the operator's token, and there is none: set ")
    assert said.endswith("or store it once with `ops context login local`.\n")
    code, said = refused("wrong")
    assert code == 4
    assert said.startswith("local does not know the token from BALLAST_OPERATOR_TOKEN: it is wrong, or was replaced.")
    code, said = refused(VIEWER)
    assert code == 4
    assert said.startswith(
        "`ops brownout` was not done. The token from BALLAST_OPERATOR_TOKEN is a viewer's, and this wants an operator's"
    )
    code, said = refused("two words")
    assert code == 2
    assert said.startswith("BALLAST_OPERATOR_TOKEN is no token: ")


def test_a_viewer_may_look(ops: Ops) -> None:
    made = ops("breakers", "list", BALLAST_OPERATOR_TOKEN="", BALLAST_VIEWER_TOKEN=VIEWER)
    assert made.returncode == 0, made.stderr
    made = ops("dead-letters", "list", BALLAST_OPERATOR_TOKEN="", BALLAST_VIEWER_TOKEN=VIEWER)
    assert made.returncode == 4
    assert made.stderr.startswith(
        "`ops dead-letters list` was not done. The token from BALLAST_VIEWER_TOKEN is a viewer"
    )
