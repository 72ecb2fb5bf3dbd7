"""What an operator is told instead of a traceback."""

from ops.exit_codes import Exit


class OperationError(Exception):
    """It cannot be done. The message is one or more sentences for an operator, and holds nothing secret."""

    def __init__(self, sentence: str, exit_code: Exit) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


class NotDeployedError(OperationError):
    """The deployment lacks what is asked about, so the question cannot be put; the message says what."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, Exit.NOT_FOUND)
