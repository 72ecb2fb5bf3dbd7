"""An answer's JSON object, which another version of the service may have written.

What is missing, or of another kind, reads as nothing; what is not known is left alone.
"""

from typing import Any

from ops.target.printable import printable


class Fields:
    """The members of one object."""

    def __init__(self, value: object) -> None:
        self.document: dict[str, Any] = value if isinstance(value, dict) else {}

    def __bool__(self) -> bool:
        return bool(self.document)

    def text(self, name: str) -> str:
        """A text, else an empty one; printable, since others wrote it."""
        value = self.document.get(name)
        return printable(value) if isinstance(value, str) else ""

    def number(self, name: str) -> float | None:
        """A number, else None."""
        value = self.document.get(name)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def count(self, name: str) -> int:
        """A whole number, else 0."""
        return int(self.number(name) or 0)

    def holds(self, name: str) -> bool:
        """Whether it is true."""
        return self.document.get(name) is True

    def inner(self, name: str) -> "Fields":
        """An object, else an empty one."""
        return Fields(self.document.get(name))

    def each(self, name: str) -> "list[Fields]":
        """The objects of a list."""
        value = self.document.get(name)
        return [Fields(one) for one in value if isinstance(one, dict)] if isinstance(value, list) else []

    def texts(self, name: str) -> list[str]:
        """The texts of a list."""
        value = self.document.get(name)
        return [printable(one) for one in value if isinstance(one, str)] if isinstance(value, list) else []

    def named(self, name: str) -> "dict[str, Fields]":
        """The objects of an object."""
        return {printable(key): Fields(value) for key, value in self.inner(name).document.items()}
