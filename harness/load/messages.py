"""What the conductor and the players of the load tell each other, on one machine or many."""

from typing import Any, TypeVar

import msgspec

from harness.record import Part, RequestRow

T = TypeVar("T", bound=msgspec.Struct)

GO = "ballast_go"
HALT = "ballast_halt"
ROWS = "ballast_rows"
ROWS_TAKEN = "ballast_rows_taken"
DONE = "ballast_done"


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """What one player is to send: its share of a part's plan."""

    ticket: str  # tells this assignment's answers from those of an earlier one
    scenario: str
    part: Part
    phases: list[str]
    worker: int  # from 0
    workers: int
    starts_at: float  # Unix seconds
    addresses: list[str]
    headers: dict[str, str]  # of every request
    documents: list[str]  # ids of documents that exist


class Halt(msgspec.Struct, frozen=True, kw_only=True):
    """Send no more; finish what is in flight."""

    ticket: str


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """Finished requests of one player; sent again until the conductor has taken them."""

    ticket: str
    worker: int
    chunk: int  # from 0
    sent: int  # requests that this player has started so far
    rows: list[RequestRow]


class RowsTaken(msgspec.Struct, frozen=True, kw_only=True):
    """The conductor has the chunk."""

    ticket: str
    chunk: int


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """A player's last word, sent after all of its chunks were taken."""

    ticket: str
    worker: int
    sent: int  # requests that it started: as many rows there must be
    failure: str = ""  # the generator's own mistake, which spoils the run


def packed(message: msgspec.Struct) -> dict[str, Any]:
    """A message in the form that Locust carries."""
    return {"body": msgspec.msgpack.encode(message)}


def unpacked(data: dict[str, Any], kind: type[T]) -> T:
    """The message of kind `kind` in what Locust carried."""
    return msgspec.msgpack.decode(data["body"], type=kind)
