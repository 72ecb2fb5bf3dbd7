"""A finding about a percentile of latencies."""

import math
from collections.abc import Sequence

from harness.criteria.criterion import Finding
from harness.criteria.intervals import percentile, percentile_interval
from harness.criteria.judgement import Limit, inconclusive, judged
from harness.record import RequestRow

FEWEST = 20
"""Requests without which no percentile is given."""


def judged_percentile(rows: Sequence[RequestRow], quantile: float, limit: Limit, what: str) -> Finding:
    """Pass or fail by a percentile of the rows' latencies, in milliseconds; `what` says of what it is the percentile.

    Inconclusive when the rows are so few that the percentile would be the slowest of them.
    """
    values = sorted(1000 * row.latency for row in rows)
    name = f"p{100 * quantile:g}"
    fewest = max(FEWEST, math.ceil(1 / (1 - quantile) - 1e-9))
    if len(values) < fewest:
        return inconclusive(limit, f"{len(values)} {what}; a {name} needs {fewest}.")
    value = percentile(values, quantile)
    return judged(
        value,
        limit,
        f"{name} of {len(values):,} {what}: {value:,.1f} ms; the slowest took {values[-1]:,.1f} ms.",
        interval=percentile_interval(values, quantile),
    )
