"""The dead letters on SQS, which can be received and deleted and not looked through.

Whoever looks at a message hides it from the next look for some seconds: so looks that follow each other go on where the
last one ended. A message that its pump gave up says why; of one that SQS moved by itself that is not known.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from service.reliability.redrive import allowed_now, paid_after
from service.store.dynamo import condition_failed, number, text
from service.store.errors import StoreError
from service.store.events import REDRIVES_KEPT, Choice, DeadLetter, DeadLetterPage, Redriven, UnknownCursorError
from service.store.sqs_received import Found, delete, look, send, show_again, sizes, with_all

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient
    from types_boto3_dynamodb.type_defs import UniversalAttributeValueTypeDef
    from types_boto3_sqs.client import SQSClient

    from service.store.aws import Aws

LOOKED_THROUGH = 1000  # messages that a search by id looks at
STEP_UNDER_WAY = "another step of this redrive is under way"


class SqsDeadLetters:
    """The dead-letter queue of each agent, and the steps of redrives, counted beside the idempotency keys."""

    def __init__(
        self,
        queue: "Aws[SQSClient]",
        keys: "Aws[DynamoDBClient]",
        *,
        queues: Mapping[str, str],
        dead_letters: Mapping[str, str],
        table: str,
        topic: str,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._queue = queue
        self._keys = keys
        self._queues = queues
        self._dead_letters = dead_letters
        self._table = table
        self._topic = topic
        self._now = wall_clock

    async def page(self, *, agent: str | None, topic: str | None, limit: int, after: str | None) -> DeadLetterPage:
        """Dead letters in no order; the cursor is the agent with whose queue to go on."""
        agents = sorted(self._dead_letters) if agent is None else [agent]
        if after is not None and after not in agents:
            raise UnknownCursorError(f"{after} is no cursor of dead letters; expected one of: {', '.join(agents)}")
        left = [each for each in agents if each in self._dead_letters and (after is None or each >= after)]
        return await self._queue.run(lambda client: self._page(client, left, topic, limit))

    async def redrive(
        self, agent: str, choice: Choice, *, redrive: str, limit: int, up_to: int, rate: float
    ) -> Redriven:
        """Count first, then send, then delete: killed at any point, none is lost and no more than allowed are sent."""
        before, paid_until = await self._keys.run(lambda client: self._moved(client, redrive))
        at_once, counted_from = allowed_now(rate, paid_until, self._now())
        planned = max(0, min(limit, up_to - before, at_once))
        if choice.topic not in {None, self._topic} or agent not in self._dead_letters:
            return Redriven(allowed=planned, moved=0, moved_in_all=before, left=0)
        if planned:
            paid = paid_after(rate, counted_from, planned)
            await self._keys.run(lambda client: self._reserve(client, redrive, before, planned, paid))
        moved, left = await self._queue.run(lambda client: self._move(client, agent, choice, planned))
        if moved < planned:
            await self._keys.run(lambda client: self._give_back(client, redrive, planned - moved))
        return Redriven(allowed=planned, moved=moved, moved_in_all=before + moved, left=left)

    async def discard(self, agent: str, ids: Sequence[str], *, dry_run: bool = False) -> list[str]:
        """Delete the dead letters with these ids, or only look for them; those that were found."""
        wanted = frozenset(ids)
        if agent not in self._dead_letters:
            return []

        def work(client: "SQSClient") -> list[str]:
            url = self._dead_letters[agent]
            found, ended = look(client, agent, url, limit=LOOKED_THROUGH, enough=with_all(wanted))
            chosen = [each for each in found if each.letter.id in wanted]
            gone = [] if dry_run else delete(client, url, chosen)
            if ended:
                show_again(client, url, [each for each in found if each.letter.id not in wanted])
            if dry_run:
                show_again(client, url, chosen)
            return sorted({each.letter.id for each in (chosen if dry_run else gone)})

        return await self._queue.run(work)

    def _page(self, client: "SQSClient", agents: Sequence[str], topic: str | None, limit: int) -> DeadLetterPage:
        shown: list[DeadLetter] = []
        for agent in agents:
            url = self._dead_letters[agent]
            found, ended = look(client, agent, url, limit=limit - len(shown))
            shown += [each.letter for each in found if topic in {None, each.letter.topic}]
            if not ended:
                return DeadLetterPage(dead_letters=shown, next=agent)
            show_again(client, url, found)
        return DeadLetterPage(dead_letters=shown, next=None)

    def _move(self, client: "SQSClient", agent: str, choice: Choice, limit: int) -> tuple[int, int]:
        """How many were moved, and how many of the chosen ones are left.

        Where a look comes no further, the others stay hidden from the next one, which so goes on behind them.
        """
        url, ids = self._dead_letters[agent], None if choice.ids is None else frozenset(choice.ids)
        if not limit:
            return 0, sum(sizes(client, url)) if ids is None else len(ids)

        def those_of(found: Sequence[Found]) -> list[Found]:
            return [each for each in found if _is_of(each, ids, choice.died_by)]

        def enough(found: Sequence[Found]) -> bool:
            return len(those_of(found)) >= limit if ids is None else with_all(ids)(found)

        found, ended = look(client, agent, url, limit=LOOKED_THROUGH, enough=enough)
        chosen = those_of(found)
        sent = send(client, self._queues[agent], chosen[:limit])
        delete(client, url, sent)
        show_again(client, url, chosen[limit:])
        if len(found) < LOOKED_THROUGH:
            show_again(client, url, [each for each in found if each not in chosen])
        visible, hidden, delayed = sizes(client, url)
        if (ended and not hidden) or (ids is not None and with_all(ids)(found)):
            return len(sent), len(chosen) - len(sent)
        there = visible + hidden + delayed
        return len(sent), there if ids is None else min(len(ids) - len(sent), there)

    def _moved(self, client: "DynamoDBClient", redrive: str) -> tuple[int, float | None]:
        item = client.get_item(TableName=self._table, Key=_key(redrive), ConsistentRead=True).get("Item", {})
        paid_until = float(item["paid_until"]["N"]) if "paid_until" in item else None
        return int(item["moved"]["N"]) if "moved" in item else 0, paid_until

    def _reserve(self, client: "DynamoDBClient", redrive: str, before: int, planned: int, paid: float) -> None:
        try:
            client.update_item(
                TableName=self._table,
                Key=_key(redrive),
                UpdateExpression="SET moved = :after, paid_until = :paid, expires_at = :expires_at",
                ConditionExpression="moved = :before" if before else "attribute_not_exists(moved) OR moved = :before",
                ExpressionAttributeValues={
                    ":before": number(before),
                    ":after": number(before + planned),
                    ":paid": number(paid),
                    ":expires_at": number(int(self._now() + REDRIVES_KEPT)),
                },
            )
        except ClientError as error:
            if not condition_failed(error):
                raise
            raise StoreError(STEP_UNDER_WAY) from None

    def _give_back(self, client: "DynamoDBClient", redrive: str, count: int) -> None:
        client.update_item(
            TableName=self._table,
            Key=_key(redrive),
            UpdateExpression="ADD moved :count",
            ExpressionAttributeValues={":count": number(-count)},
        )


def _is_of(found: Found, ids: frozenset[str] | None, died_by: float | None) -> bool:
    return (ids is None or found.letter.id in ids) and (died_by is None or found.died_by <= died_by)


def _key(redrive: str) -> "dict[str, UniversalAttributeValueTypeDef]":
    """The key of an item that no idempotency key can have: those hold no space."""
    return {"key": text(f"redrive {redrive}")}
