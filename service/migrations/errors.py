"""Why migrations are not run."""


class MigrationError(Exception):
    """Nothing was changed, or no more than was told; the message is for whoever operates the service."""


class RegistrationError(MigrationError):
    """The migrations of this version do not fit together; a line for each thing that is wrong."""


class RefusedError(MigrationError):
    """The database is not one that this may be done to."""


class FailedError(MigrationError):
    """A migration failed; its step left nothing behind."""


class LockedError(MigrationError):
    """Another has held the lock for longer than one waits."""


class NotCompleteError(RefusedError):
    """A back-fill that was complete is not so any more; `number` is its own."""

    def __init__(self, number: int, sentence: str) -> None:
        super().__init__(sentence)
        self.number = number
