"""Each refusal of the service, as an operator reads it."""

from collections.abc import Mapping

import pytest

from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.target.answer import PROBLEM, Answer
from ops.target.context import Context
from ops.target.identity import OURS, Identity
from ops.target.refusals import refusal
from ops.target.tokens import OPERATOR_VARIABLE, VIEWER_VARIABLE, Tokens

CONTEXT = Context(name="lab", url="https://lab.example")
TOKENS = {"BALLAST_OPERATOR_TOKEN": "t"}
AUDIT = "/api/ops/audit"


UNAUTHORIZED = Answer(
    status=401,
    content_type=PROBLEM,
    instance="",
    location="",
    retry_after="",
    text='{"type": "unauthorized", "title": "No", "detail": "no"}',
)


def told(status: int, text: str, *, content_type: str = PROBLEM, retry_after: str = "") -> tuple[Exit, str]:
    answer = Answer(
        status=status, content_type=content_type, instance="", location="", retry_after=retry_after, text=text
    )
    return said_of(answer, AUDIT, TOKENS)


def said_of(answer: Answer, path: str, tokens: Mapping[str, str]) -> tuple[Exit, str]:
    met = Identity(version=OURS, environment="local", instance="one")
    error = refusal(CONTEXT, met, Tokens(CONTEXT, tokens), path, answer)
    return error.exit_code, str(error)


@pytest.mark.parametrize(
    ("status", "kind", "exit_code", "said"),
    [
        (403, "not_through_the_edge", Exit.NOT_ALLOWED, "https://lab.example takes requests through its edge alone"),
        (409, "conflict", Exit.REFUSED, "A title: a detail."),
        (422, "invalid_request", Exit.USAGE, "A title: a detail."),
        (429, "too_many_wrong_tokens", Exit.NOT_ALLOWED, "lab has had too many wrong tokens and listens again in 7 s."),
        (503, "control_store_away", Exit.REFUSED, "A title: a detail. Try again in 7 s."),
        (504, "deadline_exceeded", Exit.TIMEOUT, "A title: a detail."),
        (500, "internal_error", Exit.REFUSED, "A title: a detail."),
    ],
)
def test_a_problem_is_a_sentence_and_an_exit_code(status: int, kind: str, exit_code: Exit, said: str) -> None:
    body = f'{{"type": "{kind}", "title": "A title", "detail": "a detail"}}'
    code, sentence = told(status, body, retry_after="7")
    assert code is exit_code
    assert sentence.startswith(said)


def test_what_comes_from_something_before_the_service_is_told_apart() -> None:
    code, sentence = told(502, "<html>Bad gateway</html>", content_type="text/html")
    assert code is Exit.REFUSED
    assert sentence.startswith(
        f"https://lab.example{AUDIT} was answered 502, not by Ballast but by something before it."
    )


def test_a_route_that_is_not_there_at_all_is_no_unknown_name() -> None:
    body = f'{{"type": "not_found", "title": "There is nothing here", "detail": "GET {AUDIT}"}}'
    assert told(404, body)[1].startswith(f"https://lab.example speaks version {OURS} and has no {AUDIT}: as ops is")
    name = '{"type": "not_found", "title": "There is nothing here", "detail": "there is no such agent"}'
    assert told(404, name) == (Exit.NOT_FOUND, "There is nothing here: there is no such agent.")


def test_the_token_that_is_not_known_is_named_by_where_it_was_found() -> None:
    given = {"BALLAST_OPERATOR_TOKEN": "right", "BALLAST_VIEWER_TOKEN": "wrong"}
    tokens = Tokens(CONTEXT, given)
    assert (tokens.whence(), tokens.whence(looking=True)) == (OPERATOR_VARIABLE, VIEWER_VARIABLE)
    _, wrong = said_of(UNAUTHORIZED, "/api/observability/modes", given)
    assert wrong.startswith("lab does not know the token from BALLAST_VIEWER_TOKEN: ")
    assert wrong.endswith(" Get the one that is valid now, and put it into BALLAST_VIEWER_TOKEN.")
    _, wrong = said_of(UNAUTHORIZED, AUDIT, {"BALLAST_VIEWER_TOKEN": "w", "BALLAST_OPERATOR_TOKEN": "w"})
    assert "then set BALLAST_OPERATOR_TOKEN, or" in wrong
    viewers_alone = Tokens(CONTEXT, {"BALLAST_VIEWER_TOKEN": "one"})
    viewers_alone._kept = ""
    assert viewers_alone.whence() == VIEWER_VARIABLE


def test_of_two_tokens_of_which_one_takes_the_others_place_the_first_is_shown() -> None:
    tokens = Tokens(CONTEXT, {"BALLAST_OPERATOR_TOKEN": "old,new", "BALLAST_VIEWER_TOKEN": "seen,next"})
    assert (tokens.operator(), tokens.viewer()) == ("old", "seen")
    with pytest.raises(OperationError, match="BALLAST_OPERATOR_TOKEN is no token: it is empty"):
        Tokens(CONTEXT, {"BALLAST_OPERATOR_TOKEN": ",new"})
