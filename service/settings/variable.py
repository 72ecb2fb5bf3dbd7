"""How one environment variable is declared: once, feeding parsing, errors and the manifest."""

import dataclasses
import re
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from service.reliability.feature_flag import Flag


class Required(Enum):
    """The default of a variable that has none."""

    REQUIRED = "required"


REQUIRED = Required.REQUIRED
MOST_TOKENS = 2  # the one that goes and the one that comes

_header_value = re.compile(r"[A-Za-z0-9._-]{0,64}").fullmatch


class FoundError(ValueError):
    """A text that is not as expected; its argument says what was found, and holds nothing secret."""


@dataclasses.dataclass(frozen=True)
class Variable:
    """One environment variable. `parse` raises ValueError on a text that is not `expected`."""

    name: str
    default: str | Required  # as it would stand in the environment
    meaning: str
    parse: Callable[[str], Any]
    _: dataclasses.KW_ONLY
    expected: str  # completes the sentence "NAME is VALUE; expected …"
    kind: str  # of value, for people
    unit: str = ""
    limits: str = ""  # between which a number must be
    secret: bool = False
    hides: Callable[[str], bool] = lambda _: False  # whether a text that is refused may hold a secret

    def parsed(self, environ: Mapping[str, str]) -> object:
        """Its value in an environment.

        Raises:
            ValueError: with a sentence about it.
        """
        given = environ.get(self.name, self.default)
        if given is REQUIRED:
            raise ValueError(f"{self.name} is missing; expected {self.expected}")
        try:
            return self.parse(str(given))
        except FoundError as found:
            raise ValueError(f"{self.name} {found}; expected {self.expected}") from None
        except ValueError:
            raise ValueError(f"{self.name} {self._shown(str(given))}; expected {self.expected}") from None

    def _shown(self, value: str) -> str:
        if not value:
            return "is empty"
        if self.secret or self.hides(value) or not value.isprintable():
            return "has a value, not shown"
        return f"is {value}"


def text(name: str, default: str | Required, meaning: str) -> Variable:
    """Any text; an empty one only when the default is empty."""

    def parse(value: str) -> str:
        if not value and default != "":
            raise ValueError
        return value

    return Variable(name, default, meaning, parse, expected="a text", kind="text")


def header_value(name: str, default: str, meaning: str) -> Variable:
    """A name that stands in an HTTP header; an empty one only when the default is empty."""

    def parse(value: str) -> str:
        if not _header_value(value) or (not value and default):
            raise ValueError
        return value

    return Variable(name, default, meaning, parse, expected="at most 64 of A-Z a-z 0-9 . _ -", kind="text")


def secret(name: str, default: str | Required, meaning: str) -> Variable:
    """A text that is never shown: not in an error, a log or an answer."""

    def parse(value: str) -> str:
        if (not value and default != "") or not value.isascii() or not value.isprintable() or " " in value:
            raise ValueError
        return value

    return Variable(name, default, meaning, parse, expected="printable ASCII without spaces", kind="text", secret=True)


def tokens(name: str, meaning: str) -> Variable:
    """Secrets of which each is good: one, or two while one takes the other's place; or none."""

    def parse(value: str) -> tuple[str, ...]:
        found = tuple(value.split(",")) if value else ()
        if not value.isascii() or not value.isprintable() or " " in value:
            raise ValueError
        if len(found) > MOST_TOKENS:
            raise FoundError(f"holds {len(found)} tokens, not shown")
        if not all(found):
            raise FoundError("has a comma with no token on one side of it")
        if len(set(found)) < len(found):
            raise FoundError("holds the same token twice, not shown")
        return found

    expected = "printable ASCII without spaces: one token, or two different ones separated by a comma"
    return Variable(name, "", meaning, parse, expected=expected, kind="one or two texts", secret=True)


def url(name: str, default: str | Required, meaning: str) -> Variable:
    """An absolute http or https address."""

    def parse(value: str) -> str:
        if not value.isprintable() or " " in value:  # which urlsplit passes over in part, and the client does not
            raise ValueError
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
            raise ValueError
        if parts.port == 0:
            raise ValueError
        return value

    expected = "an absolute http or https address without a user and a password"
    return Variable(name, default, meaning, parse, expected=expected, kind="URL", hides=lambda value: "@" in value)


def redis_url(name: str, default: str, meaning: str) -> Variable:
    """An address of a Redis server, which may hold a password and is never shown."""

    def parse(value: str) -> str:
        if value or default:
            parts = urlsplit(value)
            if parts.scheme not in {"redis", "rediss"} or not parts.hostname or parts.port == 0:
                raise ValueError
        return value

    return Variable(
        name, default, meaning, parse, expected="an address redis://… or rediss://…", kind="URL", secret=True
    )


def addresses(name: str, meaning: str) -> Variable:
    """Addresses by name, or none."""

    def parse(value: str) -> dict[str, str]:
        pairs = [part.partition("=") for part in value.split(",") if value]
        if not all(_header_value(who) and who and urlsplit(where).hostname for who, _, where in pairs):
            raise ValueError
        if len({who for who, _, _ in pairs}) < len(pairs):
            raise ValueError
        return {who: where for who, _, where in pairs}

    expected = "pairs name=address, separated by commas, each name once"
    return Variable(name, "", meaning, parse, expected=expected, kind="pairs of texts")


def file_path(name: str, default: str, meaning: str) -> Variable:
    """The path of a file, and not the name of a database in memory, of which each connection would have its own."""

    def parse(value: str) -> str:
        if not value or value == ":memory:":
            raise ValueError
        return value

    return Variable(name, default, meaning, parse, expected="the path of a file", kind="path")


def folder(name: str, meaning: str, *, holding: str) -> Variable:
    """A folder that holds such a file, or none."""

    def parse(value: str) -> Path | None:
        if not value:
            return None
        path = Path(value)
        if not (path / holding).is_file():
            raise ValueError
        return path

    return Variable(name, "", meaning, parse, expected=f"a folder that holds {holding}", kind="path")


def flag(name: str, meaning: str) -> Variable:
    """`true` or `false`; false by default."""

    def parse(value: str) -> bool:
        if value not in {"true", "false"}:
            raise ValueError
        return value == "true"

    return Variable(name, "false", meaning, parse, expected="true or false", kind="boolean")


def feature(declared: Flag) -> Variable:
    """`true` or `false` for a feature flag, or nothing, which leaves it at its default."""

    def parse(value: str) -> bool | None:
        if value not in {"true", "false", ""}:
            raise ValueError
        return value == "true" if value else None

    meaning = f"{declared.description} Set where operators do not; empty: {str(declared.default).lower()}."
    return Variable(declared.variable, "", meaning, parse, expected="true, false or nothing", kind="boolean")
