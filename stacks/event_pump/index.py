"""The pump of one agent on AWS: pushes each message of a batch to the agent.

A message that the agent refuses is left to SQS, which hides it, delivers it again, and at last makes it a dead letter.
While the agent cannot work, its messages go back to the end of the queue as if they had not been taken.
"""

import json
import os
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3

CANNOT_WORK = frozenset({502, 503, 504})  # statuses that say nothing against the message
ANSWERS_WITHIN = 20.0  # seconds
PAUSE, LONGEST_PAUSE = 5, 900  # seconds; SQS delays a message for no longer


def handler(event: dict[str, Any], _: object) -> dict[str, list[dict[str, str]]]:
    """Push a batch; the answer names the messages that SQS shall deliver again."""
    token = _token()
    with ThreadPoolExecutor(len(event["Records"])) as threads:
        delivered = list(threads.map(lambda record: _delivered(record, token), event["Records"]))
    return {
        "batchItemFailures": [
            {"itemIdentifier": record["messageId"]}
            for record, done in zip(event["Records"], delivered, strict=True)
            if not done
        ]
    }


def _delivered(record: dict[str, Any], token: str) -> bool:
    """Whether the message need not be delivered again: the agent took it, or it went back to the queue."""
    pause = _push(record, token)
    if pause is None:
        return False
    if pause:
        boto3.client("sqs").send_message(
            QueueUrl=os.environ["QUEUE_URL"],
            MessageBody=record["body"],
            DelaySeconds=pause,
            MessageAttributes={
                name: {"DataType": attribute["dataType"], "StringValue": attribute["stringValue"]}
                for name, attribute in record["messageAttributes"].items()
            },
        )
    return True


def _push(record: dict[str, Any], token: str) -> int | None:
    """0 when the agent took the message, None when it refused it, else the seconds until it may be able to work."""
    message = json.loads(record["body"])
    delivery = {name: message[name] for name in ("id", "topic", "document_id")}
    delivery["receives"] = int(record["attributes"]["ApproximateReceiveCount"])
    request = urllib.request.Request(  # noqa: S310 - the address of our own service, from the stack
        f"{os.environ['SERVICE_URL']}/internal/agents/{os.environ['AGENT']}/deliver",
        data=json.dumps(delivery).encode(),
        headers={
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "X-Request-Id": message["request_id"],
        },
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=ANSWERS_WITHIN):  # noqa: S310 - as above
            return 0
    except urllib.error.HTTPError as refusal:
        return _pause(refusal.headers.get("Retry-After")) if refusal.code in CANNOT_WORK else None
    except OSError:
        return PAUSE


def _pause(retry_after: str | None) -> int:
    asked = int(retry_after) if retry_after and retry_after.isascii() and retry_after.isdecimal() else 0
    return min(asked or PAUSE, LONGEST_PAUSE)


def _token() -> str:
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["INTERNAL_TOKEN_ARN"])
    return str(secret["SecretString"])
