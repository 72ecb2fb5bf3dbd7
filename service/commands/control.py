"""`python -m service control`: show and change what operators set, straight in the store, when no instance answers."""

import argparse
import asyncio
import difflib
import secrets
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import msgspec

from service.assembly.control_desk import ROLLOUTS, ControlDesk, NoStoreError, control_desk
from service.assembly.names import DOCUMENT_DATABASE, EMBEDDINGS, EVENT_QUEUE
from service.commands.control_parser import parser
from service.commands.exit_codes import Exit
from service.dependencies.isolation import breaker_key
from service.fleet.audit_trail import InvalidCursorError
from service.fleet.operations import DOCUMENT, EntryConflictError
from service.fleet.rollout_document import document_name
from service.fleet.schema import UnknownSchemaError
from service.reliability import rollout as transitions
from service.reliability.control_entry import Change, Entry
from service.reliability.feature_flag import flag_key
from service.reliability.operating_mode import Mode, agent_key, mode_key
from service.reliability.rollout import Act, Rollout, RolloutTransitionError
from service.reliability.slo import Variant
from service.settings.control_settings import ControlSettings
from service.settings.settings import AGENTS, SettingsError, misspelt
from service.store.control import VersionConflictError
from service.store.errors import StoreError, StoreUnusableError
from service.workload.flags import PROVIDER_EMBEDDINGS

KNOWN: Mapping[str, Sequence[str]] = {
    "mode": tuple(Mode),
    "agent": AGENTS,
    "flag": (PROVIDER_EMBEDDINGS.name,),
    "breaker": (*(f"{EMBEDDINGS}:{variant}" for variant in Variant), DOCUMENT_DATABASE, EVENT_QUEUE),
    "rollout": ROLLOUTS,
}
"""The names that there are of each kind."""

_STEPS: Mapping[str, Callable[[Rollout, Act], Rollout]] = {
    "pause": transitions.pause,
    "resume": transitions.resume,
    "promote": transitions.promote,
    "rollback": transitions.roll_back,
}

Answer: TypeAlias = Mapping[str, object]


class _UnknownNameError(Exception):
    """There is nothing of that name."""


_CODES: Mapping[type[Exception], Exit] = {
    SettingsError: Exit.USAGE,
    InvalidCursorError: Exit.USAGE,
    _UnknownNameError: Exit.NOT_FOUND,
    NoStoreError: Exit.NOT_FOUND,
}

_EXPECTED = (
    SettingsError,
    InvalidCursorError,
    _UnknownNameError,
    NoStoreError,
    EntryConflictError,
    RolloutTransitionError,
    VersionConflictError,
    UnknownSchemaError,
    StoreError,
    StoreUnusableError,
)


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Do as the arguments say, and print what became of it as JSON; the exit code."""
    options = parser().parse_args(arguments)
    sys.stderr.writelines(f"{hint}\n" for hint in misspelt(environ))
    try:
        _look_for(options)
        answer = asyncio.run(_done(ControlSettings.from_environment(environ), options))
    except _EXPECTED as error:
        sys.stderr.write(f"{_refusal(error, options)}\n")
        return _CODES.get(type(error), Exit.REFUSED)
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode() + "\n")
    return Exit.DONE


def _refusal(error: Exception, options: argparse.Namespace) -> str:
    match error:
        case InvalidCursorError():
            return f"--before is {options.before!r}: {error}; expected the `next` of an earlier answer"
        case EntryConflictError(current=None):
            return f"{error}; nobody has set it"
        case EntryConflictError():
            return f"{error}; what is there: {msgspec.json.encode(error.current).decode()}"
        case StoreError() | StoreUnusableError():
            return f"the control store did not do it: {error}"
        case SettingsError() | _UnknownNameError() | NoStoreError():
            return str(error)
    return f"{error}; `control show` tells how it stands"


def _look_for(options: argparse.Namespace) -> None:
    known = KNOWN.get(options.kind)
    if known is not None and options.name not in known:
        near = difflib.get_close_matches(options.name, known, n=1)
        hint = f"; did you mean {near[0]}?" if near else f"; expected one of: {', '.join(known)}"
        raise _UnknownNameError(f"there is no {options.kind} {options.name!r}{hint}")


async def _done(settings: ControlSettings, options: argparse.Namespace) -> Answer:
    async with control_desk(settings) as desk:
        match options.kind:
            case "show":
                return await _shown(desk)
            case "audit":
                page = await desk.audit.page(limit=options.limit, before=options.before, subject=options.subject)
                return {"lines": page.lines, "next": page.next}
            case "rollout":
                return await _rollout_changed(desk, options)
            case _:
                return await _entry_changed(desk, options)


async def _shown(desk: ControlDesk) -> Answer:
    await desk.read()
    return {
        "documents": desk.versions(),
        "problem": desk.operations.problem,
        "entries": {
            key: {"in_force": desk.operations.in_force(key) is not None, **_fields(entry)}
            for key, entry in sorted(desk.operations.entries.items())
        },
        "rollouts": {name: document.current()[0] for name, document in desk.rollouts.items()},
    }


def _fields(entry: Entry) -> Mapping[str, object]:
    fields: Mapping[str, object] = msgspec.to_builtins(entry)
    return fields


async def _entry_changed(desk: ControlDesk, options: argparse.Namespace) -> Answer:
    on = options.on == "on"
    if options.ttl is not None and not on:
        raise SettingsError([f"--ttl is {options.ttl:g}; expected none, since what is taken back has no end"])
    change = Change(
        on=on,
        by=options.by,
        reason=options.reason,
        action=_action(options, on=on),
        ttl=options.ttl,
        settings={"value": options.value, "percentage": options.percentage} if options.kind == "flag" else {},
        again=options.kind == "breaker" and not on,
    )
    key = _key(options)
    await desk.read()
    done = await desk.operations.change(
        key, change, expected_revision=options.expected_revision, dry_run=options.dry_run
    )
    return {
        "key": key,
        "dry_run": options.dry_run,
        "changed": done.changed,
        "before": done.before,
        "after": done.after,
        "document": DOCUMENT,
        "version": done.version,
    }


def _key(options: argparse.Namespace) -> str:
    keys: Mapping[str, Callable[[str], str]] = {
        "mode": lambda name: mode_key(Mode(name)),
        "agent": agent_key,
        "flag": flag_key,
        "breaker": breaker_key,
    }
    return keys[options.kind](options.name)


def _action(options: argparse.Namespace, *, on: bool) -> str:
    """As the operator API names it in the audit."""
    match options.kind:
        case "mode":
            return f"{options.name} {options.on}"
        case "agent":
            return "quarantine" if on else "release"
        case "breaker":
            return "isolate" if on else "reset"
    if options.percentage is not None:
        return f"flag at {options.percentage:g} %"
    return "flag cleared" if not on else f"flag {'on' if options.value else 'off'}"


async def _rollout_changed(desk: ControlDesk, options: argparse.Namespace) -> Answer:
    if options.ttl is not None:
        raise SettingsError([f"--ttl is {options.ttl:g}; expected none, since a rollout's step has no end"])

    def change(before: Rollout | None, act: Act) -> Rollout:
        if before is None:
            raise RolloutTransitionError(f"{options.name} was never started")
        return _STEPS[options.step](before, act)

    done = await desk.change_rollout(
        options.name,
        change,
        Act(id=secrets.token_hex(8), at=time.time(), by=options.by, reason=options.reason),
        action="roll_back" if options.step == "rollback" else options.step,
        expected_version=options.expected_revision,
        dry_run=options.dry_run,
    )
    return {
        "key": f"rollout/{options.name}",
        "dry_run": options.dry_run,
        "changed": True,
        "before": done.before,
        "after": done.after,
        "document": document_name(options.name),
        "version": done.version,
    }
