"""The pump of one agent on AWS: pushes each message of a batch to the agent.

A message that the agent refuses is left to SQS, which hides it and delivers it again. One that was refused too often,
or that no delivery will make acceptable, goes to the dead letters with the reason. While the agent cannot work, its
messages go back to the end of the queue as if they had not been taken; what fails while others of its batch succeed is
not excused by that. Whatever goes elsewhere is sent there first: if that fails, SQS still has the message.
"""

import json
import os
import re
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

# Statuses that say nothing against the message: the agent, or who stands before it, is away or busy; the token is new.
CANNOT_WORK = frozenset({401, 403, 408, 429, 502, 503, 504})
ITS_OWN_FAULT = frozenset({502, 504})  # unless the agent took another message at the same time
UNFIT = frozenset({400, 413, 415, 422})  # statuses of a message that no delivery will make acceptable
ANSWERS_WITHIN = 20.0  # seconds
SENT_WITHIN, SENDINGS = 3, 2  # seconds that SQS has, and how often it is tried
PAUSE, LONGEST_PAUSE = 5, 900  # seconds; SQS delays a message for no longer
LONGEST_REASON = 300  # characters
FIELDS = ("id", "topic", "document_id")
_sendable = re.compile(r"[!-~]{1,128}").fullmatch


@dataclass(frozen=True)
class Failure:
    """Why the agent did not take a message."""

    reason: str
    pause: int = 0  # seconds until the agent may be able to work; 0: it refused this message
    its_own_fault: bool = False  # it may be the message that makes it fail
    unfit: bool = False


def handler(event: dict[str, Any], _: object) -> dict[str, list[dict[str, str]]]:
    """Push a batch; the answer names the messages that SQS shall deliver again."""
    token, records = _token(), event["Records"]
    with ThreadPoolExecutor(len(records)) as threads:
        failures = list(threads.map(lambda record: _push(record, token), records))
        see_to = partial(_seen_to, agent_works=any(failure is None for failure in failures))
        seen_to = list(threads.map(see_to, records, failures))
    return {
        "batchItemFailures": [
            {"itemIdentifier": record["messageId"]} for record, done in zip(records, seen_to, strict=True) if not done
        ]
    }


def _seen_to(record: dict[str, Any], failure: Failure | None, *, agent_works: bool) -> bool:
    """Whether SQS may forget the message: the agent took it, or it was sent elsewhere."""
    if failure is None:
        return True
    try:
        if failure.unfit:
            return _bury(record, failure.reason)
        if failure.pause and not (failure.its_own_fault and agent_works):
            return _send_back(record, failure.pause)
        if _receives(record) >= int(os.environ["MAX_RECEIVES"]):
            return _bury(record, failure.reason)
    except (BotoCoreError, ClientError):
        return False
    return False


def _send_back(record: dict[str, Any], pause: int) -> bool:
    _sqs().send_message(
        QueueUrl=os.environ["QUEUE_URL"],
        MessageBody=record["body"],
        DelaySeconds=pause,
        MessageAttributes=_topic(record),
    )
    return True


def _bury(record: dict[str, Any], reason: str) -> bool:
    said = {
        "reason": ("String", "".join(each if each.isprintable() else "?" for each in reason)),
        "attempts": ("Number", str(_receives(record))),
        "died_at": ("Number", f"{time.time():.3f}"),
        "published_at": ("Number", f"{int(record['attributes']['SentTimestamp']) / 1000:.3f}"),
    }
    _sqs().send_message(
        QueueUrl=os.environ["DEAD_LETTER_QUEUE_URL"],
        MessageBody=record["body"],
        MessageAttributes=_topic(record)
        | {name: {"DataType": kind, "StringValue": value} for name, (kind, value) in said.items()},
    )
    return True


def _topic(record: dict[str, Any]) -> dict[str, Any]:
    """The attribute that goes where the message goes; another program's message may lack it."""
    topic = record["messageAttributes"].get("topic", {}).get("stringValue")
    return {"topic": {"DataType": "String", "StringValue": topic}} if topic else {}


def _receives(record: dict[str, Any]) -> int:
    return int(record["attributes"]["ApproximateReceiveCount"])


def _push(record: dict[str, Any], token: str) -> Failure | None:
    """Nothing when the agent took the message."""
    try:
        message = json.loads(record["body"])
    except ValueError:
        return Failure("the message is not a JSON document", unfit=True)
    if not isinstance(message, dict) or not all(isinstance(message.get(name), str) for name in FIELDS):
        return Failure(f"the message is no object with the texts {', '.join(FIELDS)}", unfit=True)
    delivery = {name: message[name] for name in FIELDS} | {"receives": _receives(record)}
    request = urllib.request.Request(  # noqa: S310 - the address of our own service, from the stack
        f"{os.environ['SERVICE_URL']}/internal/agents/{os.environ['AGENT']}/deliver",
        data=json.dumps(delivery).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json", **_names(message)},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=ANSWERS_WITHIN):  # noqa: S310 - as above
            return None
    except urllib.error.HTTPError as refusal:
        return _refused(refusal)
    except OSError as error:
        return Failure(f"the delivery failed: {type(error).__name__}", pause=PAUSE, its_own_fault=True)


def _names(message: dict[str, Any]) -> dict[str, str]:
    """What a delivery is known by; without what another program put there and no header can hold."""
    said = {"X-Request-Id": message.get("request_id"), "Idempotency-Key": message["id"]}
    return {name: value for name, value in said.items() if isinstance(value, str) and _sendable(value)}


def _refused(refusal: urllib.error.HTTPError) -> Failure:
    reason = f"the agent answered {refusal.code}{_detail(refusal)}"
    if refusal.code in CANNOT_WORK:
        pause = _pause(refusal.headers.get("Retry-After"))
        return Failure(reason, pause=pause, its_own_fault=refusal.code in ITS_OWN_FAULT)
    return Failure(reason, unfit=refusal.code in UNFIT)


def _detail(refusal: urllib.error.HTTPError) -> str:
    """What a problem tells, for whoever reads of the dead letter."""
    try:
        detail = json.loads(refusal.read(65_536))["detail"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return f": {detail}"[:LONGEST_REASON]


def _pause(retry_after: str | None) -> int:
    asked = int(retry_after) if retry_after and retry_after.isascii() and retry_after.isdecimal() else 0
    return min(asked or PAUSE, LONGEST_PAUSE)


@cache
def _sqs() -> Any:  # noqa: ANN401 - the stubs of boto3 are not shipped with it
    within = Config(connect_timeout=SENT_WITHIN, read_timeout=SENT_WITHIN, retries={"total_max_attempts": SENDINGS})
    return boto3.client("sqs", config=within)


def _token() -> str:
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["INTERNAL_TOKEN_ARN"])
    return str(secret["SecretString"])
