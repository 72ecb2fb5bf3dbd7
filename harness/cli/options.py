"""The command line: what we add to Locust's own options, and what was asked for."""

import functools
import shlex
import socket
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from harness.conduct.safety import excess
from harness.plan.scenario import Scenario
from harness.report.bucket import is_bucket_name
from harness.targets.kind import TargetKind
from harness.targets.local import SERVICE_COMMAND

WEB_OPTIONS = ("scenario", "host")
"""All that the web UI may change between runs."""


class UsageError(Exception):
    """The command line asks for something that does not exist or must not be."""


def add_options(parser: ArgumentParser) -> None:
    """Add our options to Locust's parser; called anew for every page of the web UI."""
    add: Callable[..., object] = parser.add_argument
    add("--scenario", default="", metavar="NAMES", help="scenarios to run, by name, separated by commas")
    hidden = functools.partial(add, include_in_web_ui=False)
    hidden(
        "--target",
        default=TargetKind.LOCAL.value,
        metavar="TARGET",
        help="local, emulated (deployed into an AWS on this machine) or aws (deployed, see --outputs-file)",
    )
    hidden("--outputs-file", default="", metavar="FILE", help="what cdk deploy --outputs-file wrote, for --target aws")
    hidden("--dry-run", action="store_true", help="print the plan and exit")
    hidden("--i-own-this-target", action="store_true", help="the host of --host may be loaded")
    hidden("--reports", default="reports", metavar="FOLDER", help="where reports are written")
    hidden(
        "--reports-bucket",
        default="",
        env_var="REPORTS_BUCKET",
        metavar="BUCKET",
        help="S3 bucket that each written report is copied to",
    )
    hidden(
        "--service-command",
        default=shlex.join(SERVICE_COMMAND),
        metavar="COMMAND",
        help="what starts an instance of the local target",
    )
    # Locust listens on every interface unless told otherwise.
    parser.set_defaults(web_host="127.0.0.1", master_bind_host="127.0.0.1")
    if any(word.startswith("--processes") for word in sys.argv):
        # Master and workers are forked from this process: any free port will do, and none is fought over.
        port = _free_port()
        parser.set_defaults(master_bind_port=port, master_port=port)
    if "--headless" in sys.argv:
        # Our progress and verdicts are what one sees; Locust's own news are a log level away.
        parser.set_defaults(loglevel="WARNING")


@functools.cache
def _free_port() -> int:
    """The same at every call: Locust parses its command line more than once."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def chosen_scenarios(
    available: Mapping[str, Scenario], options: Namespace, *, by_class: Sequence[Scenario]
) -> list[Scenario]:
    """The scenarios asked for, in the order of their names; UsageError with every mistake at once."""
    names = [name.strip() for name in str(options.scenario).split(",") if name.strip()]
    known = ", ".join(sorted(available))
    problems = [f"there is no scenario {name!r}; choose from {known}" for name in names if name not in available]
    chosen = [available[name] for name in sorted(set(names)) if name in available] or list(by_class)
    problems += [problem for scenario in chosen for problem in excess(scenario)]
    if options.class_picker:
        problems.append("--class-picker takes away the plan of the load; choose by --scenario or by class names")
    problems += _target_problems(options)
    if Path(options.reports).exists() and not Path(options.reports).is_dir():
        problems.append(f"--reports is {options.reports}, which is a file; expected a folder")
    if options.reports_bucket and not is_bucket_name(options.reports_bucket):
        problems.append(
            f"--reports-bucket (REPORTS_BUCKET) is {options.reports_bucket!r}; expected the name of a bucket"
        )
    if problems:
        raise UsageError("\n".join(problems))
    return sorted(chosen, key=lambda scenario: scenario.name)


def _target_problems(options: Namespace) -> Iterator[str]:
    kinds = [kind.value for kind in TargetKind]
    if options.target not in kinds:
        yield f"--target is {options.target}; expected one of {', '.join(kinds)}"
    if options.host and options.target != TargetKind.LOCAL:
        yield f"--host names a target, and so does --target {options.target}; expected one of them"
    if options.target == TargetKind.AWS and not options.outputs_file:
        yield "--target aws needs --outputs-file; expected what `cdk deploy --outputs-file` wrote"
    if options.outputs_file and options.target != TargetKind.AWS:
        yield f"--outputs-file is for --target aws, and the target is {options.target}"
