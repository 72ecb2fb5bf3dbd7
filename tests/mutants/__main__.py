"""Breaks the reliability core in every small way that mutmut knows, and says what its unit tests noticed."""

import os
import re
import subprocess
import sys

from tests.mutants.score import Score, scores, table

AT_LEAST = 0.9
AT_ONCE = 2

# mutmut follows calls in a context variable, and coroutines that tests abandon are closed by the collector: if that
# happens just while CPython 3.11 sets the variable, the interpreter crashes. So what is abandoned stays.
WITHOUT_COLLECTOR = "import gc; gc.disable(); from mutmut.__main__ import cli; cli()"

CHANGED_LINE = re.compile(r"^(?:-(?!--)|\+(?!\+\+)).*$", re.MULTILINE)


def asked(*arguments: str) -> str:
    """What mutmut prints when it is called so."""
    command = (sys.executable, "-m", "mutmut", *arguments)
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def main() -> int:
    """Run all mutants, print what came of them; 1 when too many were noticed by no test."""
    command = (sys.executable, "-c", WITHOUT_COLLECTOR, "run", "--max-children", str(AT_ONCE))
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "0"})  # sets in the same order each time
    by_file = scores(asked("results", "--all", "true"))
    for score in by_file:
        for mutant in score.survivors:
            print(f"\n{mutant}", *CHANGED_LINE.findall(asked("show", mutant)), sep="\n")
    whole = Score.of_all(by_file)
    print(f"\n{table([*by_file, whole])}\n")
    if whole.ratio < AT_LEAST:
        print(f"{whole.ratio:.1%} of the mutants were noticed; expected at least {AT_LEAST:.0%}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
