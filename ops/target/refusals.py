"""Each refusal of a service as a sentence with the next step."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.target.answer import Answer
from ops.target.context import Context
from ops.target.errors import RefusedError, RouteMissingError
from ops.target.identity import OURS, Identity
from ops.target.tokens import OPERATOR_VARIABLE, VIEWER_VARIABLE, Tokens

OPERATORS = "/api/ops/"


def refusal(context: Context, met: Identity, tokens: Tokens, path: str, answer: Answer) -> OperationError:
    """Why a service did not do what was asked at `path`."""
    if not answer.is_problem:
        return _not_its_own_words(context, met, path, answer)
    detail = answer.fields.text("detail")
    if answer.status == HTTPStatus.NOT_FOUND and detail.endswith(f" {path}"):  # nothing is served there at all
        return _route_missing(context, met, path)
    exit_code, sentence = _SENTENCES.get(answer.status, (Exit.REFUSED, _said))
    told = sentence(context, tokens, path, answer)
    return RefusedError(told, exit_code, status=answer.status, problem=answer.fields)


def _not_its_own_words(context: Context, met: Identity, path: str, answer: Answer) -> OperationError:
    if answer.status in {404, 405}:
        return _route_missing(context, met, path)
    where = f"; it redirects to {answer.location}" if answer.location else ""
    return OperationError(
        f"{context.url}{path} was answered {answer.status}, not by Ballast but by something before it{where}. "
        f"See whether the url of {context.name} is the service's own or its edge's.",
        Exit.REFUSED,
    )


def _route_missing(context: Context, met: Identity, path: str) -> RouteMissingError:
    there = met.version or "that it does not tell"
    if there != OURS:
        advice = f"ops is of {OURS}; use the ops of the checkout that was deployed, or deploy this one (`ops deploy`)"
    elif path.startswith(OPERATORS):
        advice = "as ops is, so its operator API may be off: start it with OPERATOR_TOKEN set"
    else:
        advice = "as ops is, so it shows nothing: it needs USE_RELIABILITY_SYSTEM=true, and away from loopback a token"
    return RouteMissingError(f"{context.url} speaks version {there} and has no {path}: {advice}.")


def _unauthorized(context: Context, tokens: Tokens, path: str, _: Answer) -> str:
    role = "operator" if path.startswith(OPERATORS) else "viewer"
    login = f"store it once with `ops context login {context.name}`"
    if not tokens.operator() and not tokens.viewer():
        variable = OPERATOR_VARIABLE if role == "operator" else f"{VIEWER_VARIABLE} or {OPERATOR_VARIABLE}"
        return f"{context.name} wants the {role}'s token, and there is none: set {variable}, or {login}."
    whence = _whence(tokens, path)
    if role == "operator":
        how = f"Get the operator's that is valid now; then set {OPERATOR_VARIABLE}, or {login}"
    elif whence in {VIEWER_VARIABLE, OPERATOR_VARIABLE}:
        how = f"Get the one that is valid now, and put it into {whence}"
    else:
        how = f"Get the one that is valid now, and {login}"
    return f"{context.name} does not know the token from {whence}: it is wrong, or was replaced. {how}."


def _whence(tokens: Tokens, path: str) -> str:
    return tokens.whence(looking=not path.startswith(OPERATORS))


def _forbidden(context: Context, tokens: Tokens, _: str, answer: Answer) -> str:
    if answer.fields.text("type") == "not_through_the_edge":
        return f"{context.url} takes requests through its edge alone; put CloudFront's address into {context.name}."
    return (
        f"The token from {tokens.whence()} is a viewer's, and this wants an operator's: "
        f"set {OPERATOR_VARIABLE} to that, or store it once with `ops context login {context.name}`."
    )


def _too_many(context: Context, tokens: Tokens, path: str, answer: Answer) -> str:
    wait = answer.retry_after or "a few"
    return (
        f"{context.name} has had too many wrong tokens and listens again in {wait} s. "
        f"The last was from {_whence(tokens, path)}; get the valid one before the next try."
    )


def _away(_: Context, __: Tokens, ___: str, answer: Answer) -> str:
    after = f" Try again in {answer.retry_after} s." if answer.retry_after else " Look again before the next try."
    return f"{answer.fields.text('title')}: {answer.fields.text('detail')}.{after}"


def _said(_: Context, __: Tokens, ___: str, answer: Answer) -> str:
    said = answer.fields
    return f"{said.text('title')}: {said.text('detail')}."


Sentence = Callable[[Context, Tokens, str, Answer], str]

_SENTENCES: Mapping[int, tuple[Exit, Sentence]] = {
    400: (Exit.USAGE, _said),
    401: (Exit.NOT_ALLOWED, _unauthorized),
    403: (Exit.NOT_ALLOWED, _forbidden),
    404: (Exit.NOT_FOUND, _said),
    409: (Exit.REFUSED, _said),
    422: (Exit.USAGE, _said),
    429: (Exit.NOT_ALLOWED, _too_many),
    503: (Exit.REFUSED, _away),
    504: (Exit.TIMEOUT, _said),
}
