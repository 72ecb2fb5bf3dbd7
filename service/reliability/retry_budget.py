"""How many calls may be tried again at once: when so many are that one more would make it worse."""

from types import TracebackType
from typing import Self

from service.reliability.invalid_configuration import InvalidConfigurationError


class RetryBudget:
    """Bounds the calls that are being retried by the calls in flight, so that retries cannot multiply an outage.

    At most `max(minimum, ratio * calls in flight)` calls hold a retry at once.

    Raises:
        InvalidConfigurationError: with every problem at once.
    """

    __slots__ = ("_calls", "_minimum", "_ratio", "_retries")

    def __init__(self, *, minimum: int, ratio: float) -> None:
        problems = []
        if minimum < 0:
            problems.append(f"minimum is {minimum}; expected at least 0")
        if not 0 <= ratio <= 1:
            problems.append(f"ratio is {ratio}; expected a ratio in [0, 1]")
        if problems:
            raise InvalidConfigurationError("RetryBudget", problems)
        self._minimum = minimum
        self._ratio = ratio
        self._calls = 0
        self._retries = 0

    @property
    def calls_in_flight(self) -> int:
        """Calls that have begun and not ended, their retries and backoffs included."""
        return self._calls

    @property
    def retries_in_flight(self) -> int:
        """Calls that hold a retry: from the decision to retry until the call ends."""
        return self._retries

    def call(self) -> "BudgetedCall":
        """One call, as a context: `with budget.call() as call: ... if call.may_retry(): ...`."""
        return BudgetedCall(self)

    def begin(self) -> None:
        """A call began."""
        self._calls += 1

    def take_retry(self) -> bool:
        """Hold one more retry, if there is one to be had."""
        if self._retries >= max(self._minimum, self._ratio * self._calls):
            return False
        self._retries += 1
        return True

    def end(self, *, holds_retry: bool) -> None:
        """A call ended, and with it the retry that it held."""
        self._calls -= 1
        self._retries -= holds_retry


class BudgetedCall:
    """A call that the budget knows of; it holds at most one retry, and gives it back when it ends."""

    __slots__ = ("_budget", "_holds_retry")

    def __init__(self, budget: RetryBudget) -> None:
        self._budget = budget
        self._holds_retry = False

    def __enter__(self) -> Self:
        self._budget.begin()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._budget.end(holds_retry=self._holds_retry)

    def may_retry(self) -> bool:
        """Whether the budget allows this call to be tried again; asked before each retry."""
        self._holds_retry = self._holds_retry or self._budget.take_retry()
        return self._holds_retry
