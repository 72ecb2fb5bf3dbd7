"""Dead letters as they are received from SQS, and what can be done to those."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.store.events import NEVER_SAID, DeadLetter

if TYPE_CHECKING:
    from types_boto3_sqs.client import SQSClient
    from types_boto3_sqs.literals import QueueAttributeNameType
    from types_boto3_sqs.type_defs import MessageTypeDef

HIDDEN = 15  # seconds for which a message that was looked at is hidden from the next look
AT_ONCE = 10  # messages in a call of SQS, at most
FRUITLESS = 3  # receives without a message that make an end: SQS asks some of its servers each time


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A dead letter and what SQS needs to do something to it."""

    letter: DeadLetter
    body: str
    receipt: str
    topic: str  # the attribute, which a message of another program may lack
    died_by: float  # Unix seconds; when SQS got it, where nobody said when it died


def sizes(client: "SQSClient", queue: str) -> tuple[int, int, int]:
    """What is visible, hidden and delayed in a queue, approximately."""
    names: list[QueueAttributeNameType] = [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    ]
    counted = client.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    visible, hidden, delayed = (int(counted[name]) for name in names)
    return visible, hidden, delayed


def look(
    client: "SQSClient",
    agent: str,
    url: str,
    *,
    limit: int,
    enough: Callable[[Sequence[Found]], bool] = lambda _: False,
) -> tuple[list[Found], bool]:
    """Up to `limit` messages, until they are enough; and whether the queue's end was seen."""
    found: list[Found] = []
    fruitless = 0
    while len(found) < limit and not enough(found):
        answer = client.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=min(AT_ONCE, limit - len(found)),
            VisibilityTimeout=HIDDEN,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
        )
        received = [_found(agent, message) for message in answer.get("Messages", [])]
        fruitless = 0 if received else fruitless + 1
        if fruitless == FRUITLESS:
            return found, True
        found += received
    return found, False


def with_all(ids: frozenset[str]) -> Callable[[Sequence[Found]], bool]:
    """Whether what was found has all of these."""
    return lambda found: ids <= {each.letter.id for each in found}


def _found(agent: str, message: "MessageTypeDef") -> Found:
    said = {name: value.get("StringValue", "") for name, value in message.get("MessageAttributes", {}).items()}
    sent = message["Attributes"]
    event = _event(message["Body"])
    letter = DeadLetter(
        id=event.get("id") or message["MessageId"],
        agent=agent,
        topic=event.get("topic", ""),
        document_id=event.get("document_id", ""),
        request_id=event.get("request_id", ""),
        published_at=_figure(said.get("published_at")) or int(sent["SentTimestamp"]) / 1000,
        died_at=_figure(said.get("died_at")),
        attempts=int(_figure(said.get("attempts")) or sent["ApproximateReceiveCount"]),
        reason=said.get("reason") or NEVER_SAID,
    )
    return Found(
        letter=letter,
        body=message["Body"],
        receipt=message["ReceiptHandle"],
        topic=said.get("topic", ""),
        died_by=int(sent["SentTimestamp"]) / 1000 if letter.died_at is None else letter.died_at,
    )


def _figure(said: str | None) -> float | None:
    """A figure that a pump put there; None when it did not, or another program put something else there."""
    return float(said) if said and said.isascii() and said.replace(".", "", 1).isdecimal() else None


def _event(body: str) -> dict[str, str]:
    """What the body says of an event; nothing when another program put something else there."""
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    if not isinstance(said, dict):
        return {}
    return {name: value for name, value in said.items() if isinstance(value, str)}


def send(client: "SQSClient", url: str, messages: Sequence[Found]) -> list[Found]:
    """Send each anew; those that were sent."""
    sent = []
    for batch in _batches(messages):
        answer = client.send_message_batch(
            QueueUrl=url,
            Entries=[
                {
                    "Id": str(place),
                    "MessageBody": each.body,
                    "MessageAttributes": (
                        {"topic": {"DataType": "String", "StringValue": each.topic}} if each.topic else {}
                    ),
                }
                for place, each in enumerate(batch)
            ],
        )
        sent += [batch[int(done["Id"])] for done in answer["Successful"]]
    return sent


def delete(client: "SQSClient", url: str, messages: Sequence[Found]) -> list[Found]:
    """Delete each; those that were deleted."""
    deleted = []
    for batch in _batches(messages):
        answer = client.delete_message_batch(
            QueueUrl=url,
            Entries=[{"Id": str(place), "ReceiptHandle": each.receipt} for place, each in enumerate(batch)],
        )
        deleted += [batch[int(done["Id"])] for done in answer["Successful"]]
    return deleted


def show_again(client: "SQSClient", url: str, messages: Sequence[Found]) -> None:
    """Let the next look see them at once; where that fails, they are seen when their time is over."""
    for batch in _batches(messages):
        client.change_message_visibility_batch(
            QueueUrl=url,
            Entries=[
                {"Id": str(place), "ReceiptHandle": each.receipt, "VisibilityTimeout": 0}
                for place, each in enumerate(batch)
            ],
        )


def _batches(messages: Sequence[Found]) -> list[Sequence[Found]]:
    return [messages[start : start + AT_ONCE] for start in range(0, len(messages), AT_ONCE)]
