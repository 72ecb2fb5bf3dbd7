"""How many wrong tokens are answered as such, and from when on they are told to wait."""

from dataclasses import dataclass

AT_ONCE = 10
"""Wrong tokens in a row that are answered as any other: a rotation, or a slip of the hand."""

EVERY = 6.0
"""Seconds in which one more is allowed after that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TooMany:
    """One wrong token too many: when the next is allowed, and whether a spell of them begins with it."""

    retry_after: float  # seconds
    begins: bool


class WrongTokens:
    """The wrong tokens of all callers together, as one instant: that at which all of them will be paid for.

    What it is for, and what it is not:

    - Who gives a right token is never asked to wait. The service stands behind CloudFront and App Runner's proxy, or
      another's, so the peer's address is everybody's, and what a header says of the caller may be a lie where no edge
      vouches for it. A limit that held right tokens up too would be a lever with which anybody locks the operators
      out, in the incident above all.
    - Such a limit cannot slow a guesser: the right token would pass among however many wrong ones, and whatever is
      asked of a token before it is compared, or however late it is answered, is got around by asking at the same time.
      What makes guessing hopeless is the length of the token. The settings want 16 characters or more where others
      reach the service; of random ones, at ten thousand guesses a second, even 16 hexadecimal digits take ten million
      years. A deployment makes 48 letters and digits.
    - It makes guessing loud and cheap to bear instead. A spell of wrong tokens is told once, in the journal and the
      log; who goes on with a token that was replaced is told to wait, and a client that heeds `Retry-After` does.

    The memory is that one instant and a flag, whoever asks and however often.
    """

    def __init__(self, *, at_once: int = AT_ONCE, every: float = EVERY) -> None:
        self._allowance = at_once * every
        self._every = every
        self._paid_at = 0.0
        self._spell = False

    def given(self, now: float) -> TooMany | None:
        """A wrong token was given now; None when it is among those that are allowed."""
        if self._paid_at <= now:  # all is forgotten
            self._spell = False
        paid_at = max(self._paid_at, now) + self._every
        if paid_at <= now + self._allowance:
            self._paid_at = paid_at
            return None
        begins, self._spell = not self._spell, True
        return TooMany(retry_after=paid_at - now - self._allowance, begins=begins)
