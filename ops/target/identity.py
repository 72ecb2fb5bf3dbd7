"""Who answers, by its own words: nobody gets a token who does not say that it is Ballast."""

from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version

from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.target.answer import Answer
from ops.target.context import Context

OURS = version("ballast")


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What `/identity` said."""

    version: str
    environment: str
    instance: str


def identity(context: Context, answer: Answer) -> Identity:
    """What a service says of itself. Raises OperationError when it is not Ballast."""
    said = answer.fields
    if answer.status != HTTPStatus.OK or said.text("service") != "ballast":
        raise OperationError(_not_ballast(context, answer), Exit.REFUSED)
    return Identity(version=said.text("version"), environment=said.text("environment"), instance=said.text("instance"))


def _not_ballast(context: Context, answer: Answer) -> str:
    service = answer.fields.text("service")
    if answer.location:
        said = f"answers /identity with a redirect to {answer.location}"
    elif service:
        said = f"says that it is {service}"
    else:
        said = f"answers /identity with {answer.status}, and not with who it is"
    return (
        f"{context.url} is not Ballast: it {said}. No token was sent; "
        f"look at the url of the context {context.name} (`ops context list`)."
    )
