"""What a caller sees of a lever: the answers that show it."""

import dataclasses

from harness.record import Outcome, RequestRow


@dataclasses.dataclass(frozen=True, kw_only=True)
class Effect:
    """Requests of these kinds are answered so, for this reason, while the lever is pulled."""

    requests: tuple[str, ...]  # names of kinds
    outcome: Outcome
    reason: str = ""  # in the service's words; "" stands for any
    variant: str = ""  # "" stands for either

    def shows_in(self, row: RequestRow) -> bool:
        """Whether an answer shows the effect."""
        return row.outcome is self.outcome and self.reason in {"", row.reason} and self.variant in {"", row.variant}
