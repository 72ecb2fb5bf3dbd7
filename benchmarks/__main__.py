"""`python -m benchmarks`: measures ours beside the peers and writes the tables into docs/performance.md."""

import asyncio
import os
import platform
import sys
import warnings
from pathlib import Path

from benchmarks.breaker_behaviour import breaker_behaviour
from benchmarks.breaker_cost import breaker_cost
from benchmarks.layer_cost import layer_cost
from benchmarks.markdown import with_section
from benchmarks.middleware_cost import middleware_cost
from benchmarks.quantile_cost import quantile_cost
from benchmarks.queue_throughput import queue_throughput
from benchmarks.saturation import saturation

DOCUMENT = Path(__file__).parents[1] / "docs" / "performance.md"


async def main() -> int:
    """Measure, print and write; 1 when a figure of ours is worse than the documentation claims."""
    warnings.simplefilter("ignore")  # peers use what newer versions of Python deprecate
    document = DOCUMENT.read_text(encoding="utf-8")
    limits = []
    for name, measure in (
        ("breaker-cost", breaker_cost),
        ("middleware", middleware_cost),
        ("quantiles", quantile_cost),
        ("saturation", saturation),
        ("queue", queue_throughput),
    ):
        text, found = await measure()
        print(f"{text}\n")
        limits += found
        document = with_section(document, name, text)
    for name, describe in (("layer-cost", layer_cost), ("breaker-behaviour", breaker_behaviour)):
        text = await describe()
        print(f"{text}\n")
        document = with_section(document, name, text)
    document = with_section(document, "limits", "\n".join(f"- {limit}" for limit in limits))
    document = with_section(document, "machine", _machine())
    DOCUMENT.write_text(document, encoding="utf-8")
    print(*limits, sep="\n")
    return 0 if all(limit.is_kept for limit in limits) else 1


def _machine() -> str:
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"Measured on {python}, {platform.system()} on {platform.machine()}, {os.cpu_count()} cores."


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
