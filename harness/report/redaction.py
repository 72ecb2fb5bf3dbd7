"""Takes out of an artefact what must not leave the machine: tokens, account ids, names of hosts."""

import re
from collections.abc import Collection
from typing import Any, TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)

HIDDEN = "[redacted]"

_SECRET_NAME = re.compile(r"token|secret|passw|credential|api_?key|authorization|private_?key", re.IGNORECASE)
_NAMED = (
    r"(?:token|secret|password|passwd|api[_-]?key|authorization)[\"']?"
    r"(?:\s*[=:]\s*|\s+(?:is|was|has value)\s+|\s+(?!(?:is|was|has value)\s))"
)
"""A secret's name and what stands between it and its value, as in `X=value`, `"X": "value"` and `X is 'value'`."""

_PATTERNS = (
    (re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]{6,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (re.compile(r"\b(?:sk|pk|ghp|gho|github_pat|xox[abp])[-_][\w-]{8,}"), HIDDEN),
    (re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"), HIDDEN),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), HIDDEN),  # a JSON web token
    (re.compile(rf"({_NAMED})(?P<quote>[\"'])(?!\[)(?:(?!(?P=quote)).)+", re.IGNORECASE), rf"\1\g<quote>{HIDDEN}"),
    (re.compile(rf"({_NAMED}[\"']?)(?![\"'\[])[^\s\"',;&]+", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(r"(?<![\w.-])\d{12}(?![\w.-])"), HIDDEN),  # an AWS account id
)
_URL_HOST = re.compile(r"(?P<scheme>\b[a-z][a-z0-9+.-]*://)(?P<user>[^\s/@]*@)?(?P<host>\[[^\]\s]+\]|[^\s/:?#\"'<>)]+)")
_HOST_NAME = re.compile(
    r"(?<![\w./@-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+"
    r"(?:com|net|org|io|dev|app|cloud|aws|internal|intern|local|lan|corp|de|eu|uk|us|ai|co|info|biz|tech|xyz)"
    r"(?![\w-])(?!\.\w)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?<![\w.])(?!127\.|0\.0\.0\.0)(?:\d{1,3}\.){3}\d{1,3}(?![\w.])")
_LOOPBACK = re.compile(r"localhost|127(?:\.\d{1,3}){3}|\[::1\]|0\.0\.0\.0", re.IGNORECASE)


class Redaction:
    """Knows the secrets of one run, and what secrets look like."""

    def __init__(self, secrets: Collection[str] = ()) -> None:
        # The longest first, so that one which contains another leaves nothing of itself.
        self._secrets = sorted({secret for secret in secrets if secret}, key=len, reverse=True)

    def of(self, struct: T) -> T:
        """The same, with every text in it redacted, and every entry whose name says that it is a secret."""
        return msgspec.convert(self._walk(msgspec.to_builtins(struct)), type(struct))

    def text(self, text: str) -> str:
        """A text without secrets, account ids, and hosts other than this machine."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        text = _URL_HOST.sub(_without_host, text)
        return _ADDRESS.sub(HIDDEN, _HOST_NAME.sub(HIDDEN, text))

    def _walk(self, value: Any) -> Any:  # noqa: ANN401 — JSON is of any type
        match value:
            case str():
                return self.text(value)
            case list():
                return [self._walk(item) for item in value]
            case dict():
                return {
                    self.text(name): HIDDEN if _SECRET_NAME.search(name) and isinstance(item, str) else self._walk(item)
                    for name, item in value.items()
                }
            case _:
                return value


def _without_host(found: re.Match[str]) -> str:
    host = found["host"] if _LOOPBACK.fullmatch(found["host"]) else HIDDEN
    return f"{found['scheme']}{host}"
