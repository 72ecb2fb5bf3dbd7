"""Why a service did not do what was asked."""

from ops.errors import OperationError
from ops.exit_codes import Exit
from ops.target.fields import Fields


class TargetDownError(OperationError):
    """Nobody answers there, or not in time."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, Exit.TIMEOUT)


class MaybeDoneError(OperationError):
    """A change was sent, and no answer to it came."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, Exit.TIMEOUT)


class RefusedError(OperationError):
    """The service says no; `problem` is what it said, `status` as what."""

    def __init__(self, sentence: str, exit_code: Exit, *, status: int, problem: Fields) -> None:
        super().__init__(sentence, exit_code)
        self.status = status
        self.problem = problem


class RouteMissingError(OperationError):
    """The service is of a version that does not know of what is asked."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, Exit.REFUSED)
