"""What the layer costs a service that has all it can do: requests a second and CPU for each, with it and without it."""

import re
import shutil
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.limit import Limit
from benchmarks.markdown import table
from harness.plan.requests import create_document
from harness.record import Part
from harness.targets.control import call
from harness.targets.local import LocalTarget

GENERATOR = "wrk"
STARTS = 10
SECONDS = 2
CONNECTIONS = 16
TEXT = {"title": "a", "text": "what a document says"}

LEAST_REQUESTS = 0.90
MOST_CPU = 1.11

_TOTAL = re.compile(r"(\d+) requests in")
_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_FAILED = re.compile(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.+)")


@dataclass(frozen=True, kw_only=True)
class Burst:
    """One stretch of saturation."""

    rate: float  # requests a second
    cpu: float  # microseconds of the service for each request


async def saturation() -> tuple[str, list[Limit]]:
    """The table, and what we claim of it; a sentence and nothing where the generator is missing."""
    if shutil.which(GENERATOR) is None:
        return f"Skipped: `{GENERATOR}` is not installed; the system's packages have it.", []
    pairs = [_pair(start) for start in range(STARTS)]
    return _text([pair[Part.MAIN] for pair in pairs], [pair[Part.CONTRAST] for pair in pairs])


def _pair(start: int) -> dict[Part, Burst]:
    """A burst on each of two new processes, after one that warms up.

    Each process is faster or slower than the next by a fifth for as long as it lives, from where its threads and its
    memory come to lie: so only many starts tell what the layer costs.
    """
    with LocalTarget({}, ports=(0,)) as target:
        addresses = {Part.MAIN: target.start().addresses[0], Part.CONTRAST: target.start_contrast().addresses[0]}
        urls = {part: f"{address}/api/documents/{_document(address)}" for part, address in addresses.items()}
        order = sorted(Part, reverse=start % 2 == 1)
        for part in order:
            _burst(target, part, urls[part])
        return {part: _burst(target, part, urls[part]) for part in order}


def _document(address: str) -> str:
    created = call("POST", f"{address}{create_document.path}", body=TEXT)
    return str(created["id"])


def _burst(target: LocalTarget, part: Part, url: str) -> Burst:
    before = target.cpu_seconds(part)
    told = subprocess.run(
        [GENERATOR, "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", url],
        capture_output=True, text=True, check=True, timeout=10 * SECONDS,
    ).stdout  # fmt: skip
    if failed := _FAILED.search(told):
        raise RuntimeError(f"{url}: {failed.group(0)}")
    total, rate = _TOTAL.search(told), _RATE.search(told)
    if total is None or rate is None:
        raise RuntimeError(f"{GENERATOR} said {told}")
    return Burst(rate=float(rate.group(1)), cpu=1e6 * (target.cpu_seconds(part) - before) / int(total.group(1)))


def _text(on: Sequence[Burst], off: Sequence[Burst]) -> tuple[str, list[Limit]]:
    rates = [a.rate / b.rate for a, b in zip(on, off, strict=True)]
    costs = [a.cpu / b.cpu for a, b in zip(on, off, strict=True)]
    rows = [
        ["with the layer", *_medians(on)],
        ["without it", *_medians(off)],
        ["ratio", f"{statistics.median(rates):.3f}", f"{statistics.median(costs):.3f}"],
    ]
    text = table(["`GET /api/documents/{id}`, one process", "requests/s", "CPU µs a request"], rows)
    limits = [
        Limit(
            what="saturation, without ÷ with the layer", value=1 / statistics.median(rates), at_most=1 / LEAST_REQUESTS
        ),
        Limit(what="CPU a request, with ÷ without the layer", value=statistics.median(costs), at_most=MOST_CPU),
    ]
    return text, limits


def _medians(bursts: Sequence[Burst]) -> list[str]:
    rate, cpu = (statistics.median(getattr(burst, name) for burst in bursts) for name in ("rate", "cpu"))
    return [f"{rate:,.0f}", f"{cpu:,.0f}"]
