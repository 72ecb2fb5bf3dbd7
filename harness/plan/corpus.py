"""Real text to send: the docstrings of Python's standard library, read from its sources and never imported."""

import ast
import functools
import inspect
import random
import sysconfig
from collections.abc import Iterator
from pathlib import Path

LONGEST_TEXT = 2000
"""Characters; longer docstrings are cut."""

_SHORTEST_TEXT = 40
_FEWEST_TEXTS = 200
# Modules that explain themselves at length and have been there for many versions; all of the library takes ten seconds.
_SOURCES = (
    *("argparse", "ast", "asyncio/base_events", "calendar", "codecs", "collections/__init__"),
    *("concurrent/futures/_base", "contextlib", "csv", "difflib", "doctest", "email/message", "enum", "fractions"),
    *(
        "functools",
        "heapq",
        "http/client",
        "inspect",
        "ipaddress",
        "logging/__init__",
        "mailbox",
        "multiprocessing/pool",
    ),
    *("pathlib", "pickle", "random", "sched", "shutil", "statistics", "string", "subprocess", "tempfile"),
    *("textwrap", "threading", "unittest/case", "urllib/request", "uuid", "zipfile"),
)


class NoCorpusError(RuntimeError):
    """The standard library is here without its sources."""


def some_text(rng: random.Random) -> str:
    """A docstring, chosen by `rng`."""
    return rng.choice(docstrings())


@functools.cache
def docstrings() -> tuple[str, ...]:
    """All docstrings of the corpus, each once, in a fixed order; read from disk on first use (about a second).

    Raises:
        NoCorpusError: when this Python came without the sources of its library.
    """
    library = Path(sysconfig.get_path("stdlib"))
    texts = tuple(dict.fromkeys(text for source in _SOURCES for text in _read(library, source)))
    if len(texts) < _FEWEST_TEXTS:
        raise NoCorpusError(
            f"{library} holds the sources of {len(texts)} docstrings; expected {_FEWEST_TEXTS} or more, "
            "so install the sources of Python's standard library"
        )
    return texts


def _read(library: Path, source: str) -> Iterator[str]:
    files = (library / f"{source}.py", library / source / "__init__.py")  # modules became packages over the versions
    file = next((file for file in files if file.is_file()), None)
    if file is None:
        return
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = inspect.cleandoc(ast.get_docstring(node, clean=False) or "")[:LONGEST_TEXT]
            if len(text) >= _SHORTEST_TEXT:
                yield text
