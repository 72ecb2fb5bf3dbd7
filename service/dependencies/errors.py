"""How an attempt and how a whole call can fail."""


class AttemptError(Exception):
    """The dependency failed this attempt. Counts against its breaker; another attempt may succeed."""

    def __init__(self, message: str, *, retry_after: float | None = None, worth_retrying: bool = True) -> None:
        super().__init__(message)
        self.retry_after = retry_after  # seconds the dependency asked us to wait
        self.worth_retrying = worth_retrying  # False: the next attempt of the same call would fail like this one


class RefusedError(Exception):
    """The dependency is well and refuses what the caller sent. Does not count against its breaker; never retried."""


class CallError(Exception):
    """A call of a dependency ended without an answer, after `attempts` attempts. Always of one of the classes below."""

    def __init__(self, dependency: str, attempts: int, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.dependency = dependency
        self.attempts = attempts
        self.retry_after = retry_after  # seconds after which a try makes sense, where that is known


class CallRejectedError(CallError):
    """The circuit is open, so the last attempt was not made. No `retry_after`: it is held open by a person."""


class DeadlineExceededError(CallError):
    """The time for the call ran out during an attempt."""


class CallFailedError(CallError):
    """The last attempt failed, and no other was allowed."""
