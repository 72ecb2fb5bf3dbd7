"""How much memory this process has, of how much."""

import os
import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_KIBIBYTE = 1024
_UNLIMITED = 1 << 60  # bytes; version 1 of control groups says so with a number near the greatest


@dataclass(frozen=True, kw_only=True)
class MemoryUse:
    """Bytes: what is resident, and from where on the process would be ended for want of memory."""

    used: int
    limit: int


class Memory:
    """Reads what Linux tells of this process and its control groups; elsewhere the peak, beside the whole machine."""

    def __init__(self, *, proc: Path = Path("/proc"), groups: Path = Path("/sys/fs/cgroup")) -> None:
        self._proc = proc
        self._groups = groups
        self._page = os.sysconf("SC_PAGE_SIZE")

    def read(self) -> MemoryUse:
        """The use at this instant, beside the least of the limits that hold for it."""
        machine = os.sysconf("SC_PHYS_PAGES") * self._page
        return MemoryUse(used=self._used(), limit=min([machine, *self._limits()]))

    def _used(self) -> int:
        try:
            return int(self._text("self/statm").split()[1]) * self._page
        except OSError:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            return peak if sys.platform == "darwin" else peak * _KIBIBYTE

    def _limits(self) -> Iterator[int]:
        """Those of the process's own control group and of each that it lies in, in either version of them."""
        try:
            groups = [line.split(":", 2) for line in self._text("self/cgroup").splitlines()]
        except OSError:
            return
        for _, controllers, path in groups:
            if not controllers:
                yield from _upwards(self._groups, path, "memory.max")
            elif "memory" in controllers.split(","):
                yield from _upwards(self._groups / "memory", path, "memory.limit_in_bytes")

    def _text(self, name: str) -> str:
        return (self._proc / name).read_text(encoding="ascii")


def _upwards(root: Path, path: str, name: str) -> Iterator[int]:
    # A container sees its own group as the root, whatever the path says: the root is always looked at.
    group = root / path.lstrip("/")
    for folder in (group, *group.parents):
        if folder.is_relative_to(root):
            try:
                limit = (folder / name).read_text(encoding="ascii").strip()
            except OSError:
                continue
            if limit.isdecimal() and int(limit) < _UNLIMITED:
                yield int(limit)
