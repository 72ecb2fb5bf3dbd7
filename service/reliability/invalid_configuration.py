"""The error of a configuration that cannot work."""

from collections.abc import Iterable


class InvalidConfigurationError(ValueError):
    """A configuration with mistakes; `problems` holds a sentence for each: the thing, its value, the expectation."""

    def __init__(self, subject: str, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{subject} cannot work: " + "; ".join(self.problems))
