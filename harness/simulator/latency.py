"""How long a healthy provider takes."""

import dataclasses
import math
from statistics import NormalDist

from harness.simulator.draw import draw

_SIGMA = math.log(3) / NormalDist().inv_cdf(0.99)  # the 99th percentile is three times the median


@dataclasses.dataclass(frozen=True, kw_only=True)
class Latency:
    """Log-normal latency around a median, in seconds, drawn from the seed and the attempt's own names."""

    median: float
    seed: int

    def of(self, request_id: str, attempt: int) -> float:
        """Seconds that this attempt takes."""
        chance = draw("latency", self.seed, request_id, attempt)
        return self.median * math.exp(_SIGMA * NormalDist().inv_cdf(chance))
