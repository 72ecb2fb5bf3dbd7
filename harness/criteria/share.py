"""A finding about a share of requests."""

from harness.criteria.criterion import Finding
from harness.criteria.intervals import wilson
from harness.criteria.judgement import Limit, inconclusive, judged

FEWEST = 50
"""Requests without which a share says nothing."""


def judged_share(part: int, whole: int, limit: Limit, sentence: str, *, fewest: int = FEWEST) -> Finding:
    """Pass or fail by the share, with Wilson's interval; inconclusive with fewer than `fewest`."""
    if whole < fewest:
        share = part / whole if whole else None
        return inconclusive(limit, f"Of {whole} requests nothing can be said; expected {fewest}.", value=share)
    return judged(part / whole, limit, sentence, interval=wilson(part, whole))
