"""The kinds of keys that the context may have: what a value must be, and what it means to the stacks."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from stacks.image import Image

_environment = re.compile(r"[a-z][a-z0-9-]{0,30}").fullmatch
_domain = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}").fullmatch
_email = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+").fullmatch
_secret = re.compile(
    r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}"
).fullmatch
_certificate = re.compile(r"arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate/[0-9a-f-]+").fullmatch
_word = re.compile(r"[!-~]{1,100}").fullmatch


@dataclass(frozen=True, kw_only=True)
class Key:
    """One key of the context. `parse` raises ValueError on a value that is not `expected`."""

    name: str
    default: str | None  # None: it must be given
    expected: str
    parse: Callable[[str], object]


def environment_name(name: str, default: str) -> Key:
    """A name that stacks and resources can carry."""
    expected = "a name of at most 31 of a-z 0-9 -, beginning with a letter"
    return Key(name=name, default=default, expected=expected, parse=_matching(_environment))


def image(name: str) -> Key:
    """An image that must be given."""
    return Key(name=name, default=None, expected=_EXPECTED_IMAGE, parse=Image.parsed)


def optional_image(name: str) -> Key:
    """An image, or none."""
    return Key(
        name=name, default="", expected=_EXPECTED_IMAGE, parse=lambda value: Image.parsed(value) if value else None
    )


def url(name: str, default: str) -> Key:
    """The address of a provider; what is in it stands in the console, so it carries no credentials."""

    def parse(value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or " " in value:
            raise ValueError
        return value

    expected = "the http or https address of an OpenAI-compatible provider, without a user and a password"
    return Key(name=name, default=default, expected=expected, parse=parse)


def choice(name: str, *allowed: str) -> Key:
    """One of a few words, the first by default."""

    def parse(value: str) -> str:
        if value not in allowed:
            raise ValueError
        return value

    return Key(name=name, default=allowed[0], expected=" or ".join(allowed), parse=parse)


def flag(name: str) -> Key:
    """`true` or `false`; false by default."""
    choices = choice(name, "false", "true")
    return Key(
        name=name,
        default="false",
        expected="true or false",
        parse=lambda value: choices.parse(value) == "true",
    )


def whole_number(name: str, default: str, of: str, *, at_most: int) -> Key:
    """A whole number from 0 on."""

    def parse(value: str) -> int:
        if not (value.isascii() and value.isdecimal()) or int(value) > at_most:
            raise ValueError
        return int(value)

    return Key(name=name, default=default, expected=f"a whole number {of}, from 0 to {at_most}", parse=parse)


def domain(name: str) -> Key:
    """A domain's name, or none."""
    return Key(name=name, default="", expected="a domain's name in lower case", parse=_matching(_domain, optional=True))


def certificate(name: str) -> Key:
    """A certificate that CloudFront takes, or none."""
    expected = (
        "the ARN of a certificate in us-east-1, where alone CloudFront takes them: "
        "arn:aws:acm:us-east-1:ACCOUNT:certificate/ID"
    )
    return Key(name=name, default="", expected=expected, parse=_matching(_certificate, optional=True))


def secret(name: str) -> Key:
    """A secret that somebody has made, or none."""
    expected = "the ARN of a secret: arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX"
    return Key(name=name, default="", expected=expected, parse=_matching(_secret, optional=True))


def email(name: str) -> Key:
    """An address of mail, or none."""
    return Key(name=name, default="", expected="an address of e-mail", parse=_matching(_email, optional=True))


def word(name: str, expected: str) -> Key:
    """A text without spaces, or none."""
    return Key(name=name, default="", expected=expected, parse=_matching(_word, optional=True))


def optional_file(name: str) -> Key:
    """The path of a file, or none."""
    expected = "the path of a file of lines NAME=VALUE"
    return Key(name=name, default="", expected=expected, parse=lambda value: Path(value) if value else None)


_EXPECTED_IMAGE = "an image in ECR with its tag or digest, ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG"


def _matching(matches: Callable[[str], object], *, optional: bool = False) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if not matches(value) and not (optional and not value):
            raise ValueError
        return value

    return parse
