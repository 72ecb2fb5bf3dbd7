"""Where the state is kept on AWS. Region and credentials are found by boto3, in its own way."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Annotated

from service.settings.variable import addresses, text

PLACES = ("DOCUMENTS_TABLE", "CONTROL_TABLE", "COUNTS_TABLE", "IDEMPOTENCY_TABLE", "EVENT_QUEUES", "DEAD_LETTER_QUEUES")


@dataclasses.dataclass(frozen=True, kw_only=True, repr=False)
class AwsSettings:
    """The places of the state on AWS: all of them, or none and the SQLite file is used."""

    documents_table: Annotated[
        str, text("DOCUMENTS_TABLE", "", "DynamoDB table of the documents; empty, as the next five: the SQLite file.")
    ]
    control_table: Annotated[str, text("CONTROL_TABLE", "", "DynamoDB table of control documents and their audit.")]
    counts_table: Annotated[str, text("COUNTS_TABLE", "", "DynamoDB table of the instances' counts.")]
    idempotency_table: Annotated[str, text("IDEMPOTENCY_TABLE", "", "DynamoDB table of idempotency keys.")]
    event_queues: Annotated[Mapping[str, str], addresses("EVENT_QUEUES", "SQS queue of each agent.")]
    dead_letter_queues: Annotated[
        Mapping[str, str], addresses("DEAD_LETTER_QUEUES", "SQS dead-letter queue of each agent.")
    ]

    @property
    def on_aws(self) -> bool:
        """Whether the state is kept in DynamoDB and SQS."""
        return bool(self.documents_table)

    def misplaced(self, agents: tuple[str, ...]) -> Iterator[str]:
        """A sentence for each place that is missing beside others, and for queues of other agents than there are."""
        places = {name: getattr(self, name.lower()) for name in PLACES}
        empty = [name for name, place in places.items() if not place]
        if empty and len(empty) < len(PLACES):
            given = next(name for name, place in places.items() if place)
            yield from (f"{name} is empty; expected a value, since {given} has one" for name in empty)
        for name in ("EVENT_QUEUES", "DEAD_LETTER_QUEUES"):
            if places[name] and set(places[name]) != set(agents):
                yield f"{name} names {', '.join(sorted(places[name]))}; expected the agents: {', '.join(agents)}"
