"""What we claim of a measurement, and whether it held."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A figure of ours that must not exceed what the documentation claims."""

    what: str
    value: float
    at_most: float

    @property
    def is_kept(self) -> bool:
        """Whether the claim held in this run."""
        return self.value <= self.at_most

    def __str__(self) -> str:
        verdict = "kept" if self.is_kept else "EXCEEDED"
        return f"{self.what}: {self.value:.4g}, limit {self.at_most:g}: {verdict}"
