"""`python -m service [COMMAND]`: serve by default; exit 2 when there is no such command."""

import importlib
import os
import sys
from collections.abc import Mapping, Sequence

SERVE = "serve"
COMMANDS = {
    SERVE: "answer requests until asked to stop (without a command too)",
    "control": "show and change what operators set, straight in the store, when no instance answers",
    "migrate": "change the shape of what is stored: status, up, down",
    "openapi": "print the document of the API, kept in docs/openapi.json",
}
"""What each does. Its file in `service/commands/` is imported when asked for: only serving needs all of the service."""

WRONG_USAGE = 2


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Do as the arguments say; the exit code."""
    command, *rest = arguments or (SERVE,)
    if command in {"-h", "--help"}:
        sys.stdout.write(_usage())
        return 0
    if command not in COMMANDS:
        sys.stderr.write(f"{command!r} is no command of python -m service; expected one of: {', '.join(COMMANDS)}\n")
        return WRONG_USAGE
    code: int = importlib.import_module(f"service.commands.{command}").main(rest, environ)
    return code


def _usage() -> str:
    width = max(map(len, COMMANDS))
    commands = "".join(f"  {name:<{width}}  {meaning}\n" for name, meaning in COMMANDS.items())
    return f"python -m service [COMMAND]\n\n{commands}\nENVIRONMENT_MANIFEST.md lists the variables.\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
