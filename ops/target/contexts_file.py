"""The file of contexts, with all that is wrong in it at once."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.target.context import EXPECTED_WHO, LOCAL, LOCAL_URL, Context, is_who
from ops.target.names import did_you_mean, unknown

KEYS = ("url", "who", "insecure")
EXPECTED_URL = "http://HOST[:PORT] or https://HOST[:PORT]"
_name = re.compile(r"[A-Za-z0-9._-]{1,64}").fullmatch


@dataclass(frozen=True, kw_only=True)
class Contexts:
    """Every context by its name, and the file that they are kept in, which need not exist."""

    file: Path
    by_name: Mapping[str, Context]

    def __getitem__(self, name: str) -> Context:
        """Raises OperationError with the nearest name and all there are."""
        found = self.by_name.get(name)
        if found is None:
            sentence = f"{unknown('context', name, list(self.by_name))} Contexts are kept in {self.file}."
            raise OperationError(sentence, Exit.NOT_FOUND)
        return found


def read(environment: Mapping[str, str], home: Path) -> Contexts:
    """The contexts of the file that the environment names, and `local`. Raises OperationError with all problems."""
    named = environment.get("BALLAST_CONFIG")
    folder = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    file = Path(named) if named else folder / "ballast" / "ops.toml"
    if named and not file.exists():
        raise OperationError(f"BALLAST_CONFIG is {named}, which does not exist.", Exit.NOT_FOUND)
    told = _loaded(file)
    problems = list(_problems(told))
    address = environment.get("BALLAST_URL")
    if address and not _is_address(address):
        problems.append(f"BALLAST_URL is {address}; expected {EXPECTED_URL}.")
    if problems:
        raise OperationError("\n".join(_placed(problem, file) for problem in problems), Exit.USAGE)
    found = {name: _context(name, values) for name, values in told.get("contexts", {}).items()}
    local = found.get(LOCAL, Context(name=LOCAL, url=LOCAL_URL))
    return Contexts(
        file=file,
        by_name={LOCAL: replace(local, url=_tidy(address)) if address else local}
        | {name: each for name, each in found.items() if name != LOCAL},
    )


def _placed(problem: str, file: Path) -> str:
    return problem if problem.startswith("BALLAST_URL") else f"{file}: {problem}"


def _loaded(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise OperationError(f"{file} cannot be read: {error.strerror}.", Exit.NOT_FOUND) from None
    except ValueError as error:  # neither TOML nor, it may be, text
        raise OperationError(f"{file} is not TOML: {error}.", Exit.USAGE) from None


def _context(name: str, values: Mapping[str, Any]) -> Context:
    return Context(
        name=name, url=_tidy(values["url"]), who=values.get("who", ""), insecure=values.get("insecure", False)
    )


def _tidy(address: str) -> str:
    return address.rstrip("/")


def _problems(told: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{name} is unknown; expected [contexts.NAME] alone." for name in told if name != "contexts")
    contexts = told.get("contexts", {})
    if not isinstance(contexts, dict):
        yield f"contexts is {contexts!r}; expected a table for each context, [contexts.NAME]."
        return
    for name, values in contexts.items():
        if not _name(name):
            yield f"[contexts.{name}]: expected a name of 1 to 64 letters, digits, dots, dashes or underscores."
        if not isinstance(values, dict):
            yield f"contexts.{name} is {values!r}; expected a table, [contexts.{name}]."
            continue
        yield from (f"[contexts.{name}] {problem}" for problem in _problems_of(values))


def _problems_of(values: Mapping[str, Any]) -> Iterator[str]:
    for key in values:
        if "token" in key.lower():
            yield f"{key}: a token has no place in this file; take it out, and store it with `ops context login NAME`."
        elif key not in KEYS:
            yield f"{key} is unknown{did_you_mean(key, KEYS)}; expected {', '.join(KEYS)}."
    url, who, insecure = values.get("url"), values.get("who", ""), values.get("insecure", False)
    if url is None:
        yield f"has no url; expected {EXPECTED_URL}."
    elif not isinstance(url, str) or not _is_address(url):
        yield f"url is {_shown(url)}; expected {EXPECTED_URL}."
    if not isinstance(who, str) or (who and not is_who(who)):
        yield f"who is {who!r}; expected {EXPECTED_WHO}."
    if not isinstance(insecure, bool):
        yield f"insecure is {insecure!r}; expected true or false."


def _shown(url: object) -> str:
    """Without what may be a password in it."""
    return re.sub(r"//[^/@]*@", "//…@", str(url))


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port  # raises ValueError when it is none
    except ValueError:
        return False
    bare = not (parts.path.rstrip("/") or parts.query or parts.fragment or parts.username or parts.password)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and bare and port != 0
