"""A clock that moves when the test says so."""


class ManualClock:
    """Seconds, starting at a thousand so that nobody mistakes an instant for a duration."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.readings = 0

    def __call__(self) -> float:
        self.readings += 1
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds
