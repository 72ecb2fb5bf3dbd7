"""What `python -m service control` can be told, in the words of `ops`."""

import argparse
import math
import re
from collections.abc import Callable

MODES = ("safe-mode", "write-drain", "brownout")
STEPS = ("pause", "resume", "promote", "rollback")
LONGEST_REASON = 500  # characters
EVERYONE = 100.0  # percent
MOST_LINES = 200  # of the audit, in one answer

_name = re.compile(r"[!-~]([ -~]{0,62}[!-~])?").fullmatch


def parser() -> argparse.ArgumentParser:
    """The parser. What it has parsed says in `kind` what is wanted, and in `name` and `on` of what."""
    top = argparse.ArgumentParser(
        prog="python -m service control",
        description="Show and change what operators set, straight in the store: a running fleet follows within 2 s.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    how = _how()
    commands.add_parser("show", help="everything that is set").set_defaults(kind="show")
    audit = commands.add_parser("audit", help="who changed what, newest first")
    audit.set_defaults(kind="audit")
    audit.add_argument("--limit", type=_limit, default=50, metavar="LINES")
    audit.add_argument("--before", metavar="CURSOR", help="the `next` of the page before")
    audit.add_argument("--subject", metavar="KEY", help="mode/safe_mode, agent/ID, flag/NAME, rollout/NAME, …")
    for mode in MODES:
        switch = commands.add_parser(mode, parents=[how], help="turn it on or off")
        switch.add_argument("on", choices=["on", "off"])
        switch.set_defaults(kind="mode", name=mode.replace("-", "_"))
    for verb, meaning in (("quarantine", "hold an agent's messages"), ("release", "deliver them again")):
        agent = commands.add_parser(verb, parents=[how], help=meaning)
        agent.add_argument("name", metavar="AGENT")
        agent.set_defaults(kind="agent", on="on" if verb == "quarantine" else "off")
    breakers = commands.add_parser("breakers", help="isolate or reset a circuit breaker")
    _breaker_commands(breakers.add_subparsers(dest="verb", required=True, metavar="isolate|reset").add_parser, how)
    _breaker_commands(commands.add_parser, how)
    _flag_commands(commands.add_parser("flags", help="set or clear a flag"), how)
    rollout = commands.add_parser("rollout", help="pause, resume, promote or roll back a rollout")
    steps = rollout.add_subparsers(dest="verb", required=True, metavar="|".join(STEPS))
    for step in STEPS:
        _rollout_command(steps.add_parser(step, parents=[how]), step)
    _rollout_command(commands.add_parser("rollback", parents=[how], help="as rollout rollback"), "rollback")
    return top


def _how() -> argparse.ArgumentParser:
    """What goes with every change."""
    how = argparse.ArgumentParser(add_help=False)
    how.add_argument("--reason", type=_reason, required=True, help="why; it stands in the audit")
    how.add_argument("--by", type=_by, default="operator", metavar="NAME", help="who, `operator` by default")
    how.add_argument("--ttl", type=_seconds, metavar="SECONDS", help="after which it ends by itself")
    how.add_argument("--expected-revision", type=_whole, metavar="N", help="refuse when it has another one")
    how.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
    return how


def _breaker_commands(add: Callable[..., argparse.ArgumentParser], how: argparse.ArgumentParser) -> None:
    for verb, meaning in (("isolate", "have a breaker reject every call"), ("reset", "close a breaker")):
        breaker = add(verb, parents=[how], help=meaning)
        breaker.add_argument("name", metavar="BREAKER")
        breaker.set_defaults(kind="breaker", on="on" if verb == "isolate" else "off")


def _flag_commands(flags: argparse.ArgumentParser, how: argparse.ArgumentParser) -> None:
    commands = flags.add_subparsers(dest="verb", required=True, metavar="set|clear")
    override = commands.add_parser("set", parents=[how], help="for everyone, or for a share of the callers")
    override.add_argument("name", metavar="FLAG")
    value = override.add_mutually_exclusive_group(required=True)
    value.add_argument("--on", dest="value", action="store_const", const=True)
    value.add_argument("--off", dest="value", action="store_const", const=False)
    value.add_argument("--percentage", type=_percentage, metavar="0..100")
    override.set_defaults(kind="flag", on="on")
    clear = commands.add_parser("clear", parents=[how], help="leave it to the environment again")
    clear.add_argument("name", metavar="FLAG")
    clear.set_defaults(kind="flag", on="off", value=None, percentage=None)


def _rollout_command(command: argparse.ArgumentParser, step: str) -> None:
    command.add_argument("name", metavar="ROLLOUT")
    command.set_defaults(kind="rollout", step=step)


def _reason(text: str) -> str:
    if not 1 <= len(text.strip()) <= LONGEST_REASON:
        raise _bad(text, f"1 to {LONGEST_REASON} characters that say why")
    return text.strip()


def _by(text: str) -> str:
    if _name(text) is None:
        raise _bad(text, "1 to 64 printable ASCII characters")
    return text


def _seconds(text: str) -> float:
    seconds = _number(text)
    if not 0 < seconds < math.inf:
        raise _bad(text, "seconds, more than 0")
    return seconds


def _percentage(text: str) -> float:
    share = _number(text)
    if not 0 <= share <= EVERYONE:
        raise _bad(text, "0 to 100")
    return share


def _limit(text: str) -> int:
    if not (text.isdecimal() and text.isascii() and 1 <= int(text) <= MOST_LINES):
        raise _bad(text, f"1 to {MOST_LINES}")
    return int(text)


def _whole(text: str) -> int:
    if not (text.isdecimal() and text.isascii()):
        raise _bad(text, "a whole number, 0 for none")
    return int(text)


def _bad(text: str, expected: str) -> argparse.ArgumentTypeError:
    return argparse.ArgumentTypeError(f"{text!r} is not good; expected {expected}")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
