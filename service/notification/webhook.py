"""Posts what has changed to a receiver, in order, without anybody ever waiting for it."""

import asyncio
import itertools
import logging
import random
import re
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import msgspec
from httpx2 import AsyncBaseTransport, AsyncClient, HTTPError, InvalidURL

from service.notification.notice import LONGEST_REASON, Newsroom, Notice, is_resolved, notice_id, runbook
from service.notification.signature import signed_headers
from service.reliability.deadline import Deadline
from service.reliability.notice_limit import NoticeLimit, Told
from service.reliability.retry import RetryPolicy
from service.web.identity import Identity
from service.web.journal import Event
from service.web.log import LOGGER

RETRY = RetryPolicy(max_retries=5, backoff=timedelta(seconds=0.5), backoff_max=timedelta(seconds=10))
MOST_WAITING = 100  # notices
TRIED_AGAIN = frozenset({408, 425, 429})  # statuses below 500 after which the receiver may take the same notice
SERVER_ERRORS = 500

_decimal = re.compile(r"[0-9]{1,4}").fullmatch


class Outcome(StrEnum):
    """What has become of a notice."""

    DELIVERED = "delivered"
    SUMMED_UP = "summed_up"  # in a later one of its subject
    LOST = "lost"  # the receiver did not take it in time, or too many waited


@dataclass(frozen=True, kw_only=True)
class WebhookConfig:
    """Where to post, and for how long to try. `url` and `key` are secret."""

    url: str
    key: bytes
    per_minute: int  # notices of one subject
    runbooks_url: str
    attempt_timeout: timedelta = timedelta(seconds=5)
    deadline: timedelta = timedelta(minutes=2)  # of one notice: long, since the platform may stop the CPU meanwhile
    drain: timedelta = timedelta(seconds=2)  # for all that still waits when the service stops
    retry: RetryPolicy = RETRY


@dataclass(frozen=True)
class _Failure:
    reason: str  # without the address
    retry_after: float = 0.0  # seconds
    worth_retrying: bool = True


class Webhook:
    """A subscriber of the journal. A receiver that is slow or gone costs notices, which are counted and told of."""

    def __init__(
        self,
        config: WebhookConfig,
        identity: Identity,
        *,
        transport: AsyncBaseTransport | None = None,
        rng: random.Random | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._config = config
        self._identity = identity
        self._transport = transport  # None: the network
        self._rng = rng or random.Random()  # noqa: S311 - jitter is no secret
        self._clock = clock
        self._now = wall_clock
        self._newsroom = Newsroom(began=wall_clock())
        self._limit: NoticeLimit[Event] = NoticeLimit(per_minute=config.per_minute)
        self._waiting: deque[Told[Event]] = deque()
        self._under_way: Told[Event] | None = None
        self._wake = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._lost_told = 0  # of the lost ones, how many the receiver knows of
        self.outcomes: dict[str, int] = dict.fromkeys(Outcome, 0)

    def __call__(self, event: Event) -> None:
        """Something happened."""
        subject = self._newsroom.subject_of(event)
        if subject is None:
            return
        told = self._limit.offer(subject, event, self._clock())
        if told is not None:
            self._queue(told)
        self._wake.set()

    async def start(self) -> None:
        """Post from now on, first what has happened before."""
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(_complain)

    async def stop(self) -> None:
        """Post what waits, for a short time; the rest is lost."""
        for told in self._limit.flush(self._clock()):
            self._queue(told)
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            with suppress(TimeoutError, asyncio.CancelledError):
                async with asyncio.timeout(self._config.drain.total_seconds()):
                    await self._task
        for told in [*filter(None, [self._under_way]), *self._waiting]:
            self._lose(told.notice, "the service stopped before the receiver took it")

    async def _run(self) -> None:
        async with AsyncClient(
            transport=self._transport,
            timeout=None,  # `_post` has one of its own, for the whole exchange and not for each of its reads
            follow_redirects=False,
            trust_env=False,  # no setting of ours names a proxy
        ) as client:
            while True:
                self._wake.clear()
                for told in self._limit.due(self._clock()):
                    self._queue(told)
                if self._waiting:
                    self._under_way = self._waiting.popleft()
                    await self._deliver(client, self._under_way)
                    self._under_way = None
                elif self._stopping:
                    return
                else:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(self._limit.next_due_in(self._clock())):
                            await self._wake.wait()

    def _queue(self, told: Told[Event]) -> None:
        self.outcomes[Outcome.SUMMED_UP] += told.summed_up
        if len(self._waiting) == MOST_WAITING:
            self._lose(self._waiting.popleft().notice, f"more than {MOST_WAITING} notices waited")
        self._waiting.append(told)

    async def _deliver(self, client: AsyncClient, told: Told[Event]) -> None:
        lost = self.outcomes[Outcome.LOST]
        deadline = Deadline(self._clock() + self._config.deadline.total_seconds())
        try:
            failure = await self._tried(client, self._notice(told, lost - self._lost_told), deadline)
        except ValueError as error:  # a text that no encoding takes must not silence the next ones
            failure = _Failure(f"it cannot be sent: {type(error).__name__}")
        if failure is None:
            self.outcomes[Outcome.DELIVERED] += 1
            self._lost_told = lost
        else:
            self._lose(told.notice, failure.reason)

    async def _tried(self, client: AsyncClient, notice: Notice, deadline: Deadline) -> _Failure | None:
        body = msgspec.json.encode(notice)
        for retry in itertools.count(1):
            failure = await self._post(client, notice.id, body)
            if failure is None or not failure.worth_retrying:
                return failure
            delay = self._config.retry.next_delay(
                retry, deadline=deadline, now=self._clock(), rng=self._rng, at_least=failure.retry_after
            )
            if delay is None:
                return failure
            await asyncio.sleep(delay)
        raise AssertionError("unreachable: the count is endless")

    async def _post(self, client: AsyncClient, notice_id: str, body: bytes) -> _Failure | None:
        headers = signed_headers(self._config.key, notice_id, int(self._now()), body)
        try:
            async with (
                asyncio.timeout(self._config.attempt_timeout.total_seconds()),
                client.stream("POST", self._config.url, content=body, headers=headers) as answer,
            ):
                status, retry_after = answer.status_code, answer.headers.get("retry-after", "")
        except TimeoutError:
            return _Failure(f"no answer within {self._config.attempt_timeout.total_seconds():g} s")
        except HTTPError as error:  # whose text may hold the address
            return _Failure(f"the receiver could not be reached: {type(error).__name__}")
        except InvalidURL:
            return _Failure("WEBHOOK_URL cannot be asked", worth_retrying=False)
        if answer.is_success:
            return None
        return _Failure(
            f"the receiver answered {status}",
            retry_after=float(retry_after) if _decimal(retry_after) else 0.0,
            worth_retrying=status >= SERVER_ERRORS or status in TRIED_AGAIN,
        )

    def _notice(self, told: Told[Event], lost: int) -> Notice:
        event, name = told.notice, runbook(told.notice)
        return Notice(
            id=notice_id(event, self._identity),
            type=event.type,
            at=event.at,
            environment=self._identity.environment,
            instance=self._identity.instance,
            subject=event.subject,
            reason=event.reason[:LONGEST_REASON],
            resolved=is_resolved(event),
            runbook=name and f"{self._config.runbooks_url.rstrip('/')}/{name}.md",
            summed_up=told.summed_up,
            lost=lost,
        )

    def _lose(self, event: Event, reason: str) -> None:
        self.outcomes[Outcome.LOST] += 1
        fields = {"type": event.type, "subject": event.subject, "reason": reason}
        LOGGER.log(logging.WARNING, "webhook_notice_lost", extra={"fields": fields})


def _complain(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and task.exception() is not None:
        context = {"message": "the webhook has ended; nobody is told", "exception": task.exception()}
        task.get_loop().call_exception_handler(context)
