"""One kill: at a random instant, of a fixed seed, of publishing, claiming or redriving."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from httpx2 import HTTPError, Response

from tests.service.kills.pair import TOKEN, Pair, until
from tests.service.kills.refusing_provider import RefusingProvider

EVENTS = 30
OPERATOR = {"Authorization": f"Bearer {TOKEN}"}


class Activity(StrEnum):
    """What the instance does when it is killed."""

    PUBLISHING = "publishing"
    CLAIMING = "claiming"
    REDRIVING = "redriving"


DELAY = 0.03  # seconds at most, about as long as an embedding takes


@dataclass(frozen=True, kw_only=True)
class Instant:
    """When the kill comes: `delay` seconds after so many events were published, processed or moved."""

    events: int
    delay: float


@dataclass(frozen=True, kw_only=True)
class Killed:
    """What became of the events of one kill."""

    activity: Activity
    seed: int
    instant: Instant
    published: int  # accepted with 202
    processed: int  # of these
    doubles: int  # embeddings of them beyond the first
    dead: int


def kill_at(seed: int, activity: Activity, pair: Pair, provider: RefusingProvider) -> Killed:
    """Kill the victim once, start it anew, and see all events through."""
    chance = random.Random(seed)
    instant = Instant(events=chance.randrange(EVENTS), delay=chance.uniform(0, DELAY))
    texts = {_create(pair, f"{activity} {seed} {number}"): f"{activity} {seed} {number}" for number in range(EVENTS)}
    accepted = _ACTS[activity](pair, provider, list(texts), instant)
    pair.victim.start()
    until(lambda: pair.waiting() == 0, "no message waits")
    counts = [provider.embedded[texts[document]] for document in accepted]
    return Killed(
        activity=activity,
        seed=seed,
        instant=instant,
        published=len(accepted),
        processed=len(pair.embedded(accepted)),
        doubles=sum(max(0, count - 1) for count in counts),
        dead=pair.dead(),
    )


def _while_publishing(pair: Pair, _: RefusingProvider, documents: Sequence[str], instant: Instant) -> list[str]:
    accepted: list[str] = []
    with _kill(pair, instant, lambda: len(accepted)):
        _publish(pair, documents, accepted)
    return accepted


def _while_claiming(pair: Pair, provider: RefusingProvider, documents: Sequence[str], instant: Instant) -> list[str]:
    accepted: list[str] = []
    before = provider.embedded.total()
    with _kill(pair, instant, lambda: provider.embedded.total() - before):
        _publish(pair, documents, accepted)
    return accepted


def _while_redriving(pair: Pair, provider: RefusingProvider, documents: Sequence[str], instant: Instant) -> list[str]:
    accepted: list[str] = []
    provider.refuses = True
    _publish(pair, documents, accepted)
    until(lambda: pair.dead() == len(accepted), "the refused events are dead letters")
    provider.refuses = False
    with _kill(pair, instant, lambda: len(accepted) - pair.dead()):
        redrive = _redrive(pair, pair.victim.address, None)

    def moved() -> bool:
        nonlocal redrive
        if pair.dead():
            redrive = _redrive(pair, pair.survivor.address, redrive)
        return not pair.dead()

    until(moved, "the survivor takes the rest, or begins anew")
    return accepted


_ACTS: dict[Activity, Callable[[Pair, RefusingProvider, Sequence[str], Instant], list[str]]] = {
    Activity.PUBLISHING: _while_publishing,
    Activity.CLAIMING: _while_claiming,
    Activity.REDRIVING: _while_redriving,
}


class _kill:  # noqa: N801 - a context manager that reads as what it does
    """Kills the victim at an instant of the block, by the events that `progress` counts; the block ends after it."""

    def __init__(self, pair: Pair, instant: Instant, progress: Callable[[], int]) -> None:
        def wait_and_kill() -> None:
            until(lambda: progress() >= instant.events, f"{instant.events} events", every=0.001)
            time.sleep(instant.delay)
            pair.victim.kill()

        self._killer = threading.Thread(target=wait_and_kill)

    def __enter__(self) -> None:
        self._killer.start()

    def __exit__(self, *_: object) -> None:
        self._killer.join()


def _create(pair: Pair, text: str) -> str:
    created = _post(pair, pair.survivor.address, "/api/documents", {"title": "t", "text": text})
    assert created.status_code == 201, created.text
    return str(created.json()["id"])


def _publish(pair: Pair, documents: Sequence[str], accepted: list[str]) -> None:
    """Publish an event about each, to both instances in turn; `accepted` gets those that are."""

    def publish(number: int) -> None:
        event = {"topic": "document.created", "document_id": documents[number]}
        with suppress(HTTPError):  # killed
            if _post(pair, pair.addresses[number % 2], "/api/events", event).status_code == 202:
                accepted.append(documents[number])

    with ThreadPoolExecutor(4) as threads:
        for _ in threads.map(publish, range(len(documents))):
            pass


def _redrive(pair: Pair, address: str, redrive: str | None) -> str | None:
    """Take steps until it is done, refused, or its instance is killed; the redrive's id while it may go on."""
    with suppress(HTTPError):  # killed
        while True:
            wish = {"reason": "the provider is back", "limit": 3, "rate": 10_000, "redrive": redrive}
            step = _ask("POST", pair, address, wish)
            if step.status_code == 503:  # a busy machine: the file was locked for too long
                continue
            if step.status_code == 409:  # it was done or ended, or was begun and could not say so: anybody ends it
                _ask("PUT", pair, address, {"reason": "its instance was killed", "on": False})
                return None
            assert step.status_code == 200, step.text
            if step.json()["done"]:
                return None
            redrive = step.json()["redrive"]
            time.sleep(0.01)
    return redrive


def _ask(method: str, pair: Pair, address: str, wish: dict[str, Any]) -> Response:
    path = f"{address}/api/ops/agents/indexer/redrive"
    return pair.client.request(method, path, json=wish, headers=OPERATOR)


def _post(pair: Pair, address: str, path: str, body: object) -> Response:
    return pair.client.post(f"{address}{path}", json=body)
