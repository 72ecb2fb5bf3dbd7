"""A service that an operator works on, by a name of their own."""

import getpass
import os
import re
import shlex
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.loopback import is_loopback
from ops.target.printable import printable

LOCAL, LOCAL_URL = "local", "http://127.0.0.1:8000"

WHO = 64
"""Characters that the service takes of an operator's name."""

EXPECTED_WHO = f"1 to {WHO} printable ASCII characters"
is_who = re.compile(rf"[ -~]{{1,{WHO}}}").fullmatch


@dataclass(frozen=True, kw_only=True)
class Context:
    """Where a service is, and as whom it is operated."""

    name: str
    url: str  # without a path
    who: str = ""  # the operator's name; empty: that of the environment
    insecure: bool = False  # a token may go there without TLS

    @property
    def loopback(self) -> bool:
        """Whether it is on this machine."""
        return is_loopback(self.url)

    @property
    def tls(self) -> bool:
        """Whether what is said on the way stays between the two."""
        return self.url.startswith("https://")

    def command(self, *words: str) -> str:
        """A command of `ops` on this context, as it is typed."""
        there = [] if self.name == LOCAL else ["--context", self.name]
        return shlex.join(["ops", *there, *words])


def operator(context: Context, environment: Mapping[str, str]) -> str:
    """Who acts: BALLAST_OPERATOR, else the context's `who`, else the user at this machine. Raises OperationError."""
    given = environment.get("BALLAST_OPERATOR")
    if given and not is_who(given):
        raise OperationError(f"BALLAST_OPERATOR is {printable(given)}; expected {EXPECTED_WHO}.", Exit.USAGE)
    named = given or context.who or f"{_user()}@{socket.gethostname()}"
    return "".join(each if " " <= each <= "~" else "?" for each in named)[:WHO]


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return str(os.getuid())
