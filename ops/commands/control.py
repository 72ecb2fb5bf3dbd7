"""The service's own command, which changes the store when no service answers."""

import shlex
import subprocess
import sys
from collections.abc import Sequence

from ops.commands.change_options import Manner

MODULE = ("-m", "service", "control")


def control_line(words: Sequence[str], how: Manner, *, who: str) -> str:
    """The command as it is typed."""
    return shlex.join(["python", *MODULE, *_arguments(words, how, who=who)])


def run_control(words: Sequence[str], how: Manner, *, who: str) -> int:
    """Run it here, with this environment; its output is ours, and so is its exit code, which is returned."""
    command = [sys.executable, *MODULE, *_arguments(words, how, who=who)]
    return subprocess.run(command, check=False).returncode


def _arguments(words: Sequence[str], how: Manner, *, who: str) -> list[str]:
    wish = how.wish
    arguments = [*words, "--reason", wish.reason, "--by", who]
    if wish.ttl is not None:
        arguments += ["--ttl", f"{wish.ttl:.10g}"]
    if wish.expected_revision is not None:
        arguments += ["--expected-revision", f"{wish.expected_revision}"]
    return [*arguments, "--dry-run"] if how.dry_run else arguments
