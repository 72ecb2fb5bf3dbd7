"""Which events of the journal somebody outside is told of, and in what words."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote

import msgspec

from service.watchdogs.config import Figure
from service.web.identity import Identity
from service.web.journal import Event, Type

LONGEST_REASON = 500  # characters

PROVIDER_DOWN, DATABASE_SLOW, BAD_CANARY, POISON_MESSAGES, OVERLOAD = (
    "provider-down",
    "database-slow",
    "bad-canary",
    "poison-messages",
    "overload",
)
"""The runbooks."""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a webhook."""

    id: str  # the same each time that this notice is tried again
    type: Type
    at: float  # Unix seconds
    environment: str
    instance: str
    subject: str
    reason: str
    resolved: bool  # the trouble that was told of is over
    runbook: str | None  # its address; None where there is nothing to be done
    summed_up: int  # earlier notices of this subject that this one stands for
    lost: int  # notices, of any subject, that did not arrive since the last one did


@dataclass(frozen=True, kw_only=True)
class News:
    """What kind of news an event is."""

    family: str  # subjects of different families may have the same name
    resolved: bool = False
    shared: bool = False  # an operator's wish, which every instance hears of and tells


_NEWS: Mapping[Type, News] = MappingProxyType(
    {
        Type.BREAKER_OPENED: News(family="breaker"),
        Type.BREAKER_ISOLATED: News(family="breaker"),
        Type.BREAKER_CLOSED: News(family="breaker", resolved=True),
        Type.BREAKER_RESET: News(family="breaker", resolved=True),
        Type.GATE_SHUT: News(family="gate"),
        Type.GATE_OPENED: News(family="gate", resolved=True),
        Type.ROLLOUT_ROLLED_BACK: News(family="rollout"),
        Type.WATCHDOG_ALERTED: News(family="watchdog"),
        Type.WATCHDOG_RECOVERED: News(family="watchdog", resolved=True),
        Type.MODE_CHANGED: News(family="mode", shared=True),
        Type.AGENT_QUARANTINED: News(family="agent", shared=True),
        Type.AGENT_RELEASED: News(family="agent", resolved=True, shared=True),
    }
)

_OF_WATCHDOGS: Mapping[str, str] = MappingProxyType(
    {
        Figure.AI_LATENCY: PROVIDER_DOWN,
        Figure.THREAD_SATURATION: DATABASE_SLOW,
        Figure.DEAD_LETTERS: POISON_MESSAGES,
        Figure.DEAD_LETTER_RATE: POISON_MESSAGES,
    }
)

_PROVIDER = "embeddings"


class Newsroom:
    """Knows what was told before: that something is well again is news only after it was told not to be.

    What operators wish is news always, since another instance may have told of the wish before; but not a wish from
    before this instance began, in Unix seconds.
    """

    def __init__(self, *, began: float) -> None:
        self._began = began
        self._in_trouble: set[str] = set()

    def subject_of(self, event: Event) -> str | None:
        """The subject that an event is news of, under a name that no other has; None: it is no news."""
        news = _NEWS.get(event.type)
        if news is None:
            return None
        subject = f"{news.family}/{event.subject}"
        if news.shared:
            return subject if event.detail["since"] >= self._began else None
        if not news.resolved:
            self._in_trouble.add(subject)
        elif subject in self._in_trouble:
            self._in_trouble.remove(subject)
        else:
            return None
        return subject


def notice_id(event: Event, identity: Identity) -> str:
    """The id of an event's notice: another for each, but for an operator's wish, which is one whoever tells of it.

    It can stand in a header, whatever the names of environment and subject are.
    """
    news = _NEWS[event.type]
    if news.shared:
        wish = f"{event.detail['revision']}-{event.detail['since']:.0f}"
        return quote(f"{identity.environment}-{news.family}-{event.subject}-{wish}", safe="")
    return f"{identity.boot_id}-{event.sequence}"


def is_resolved(event: Event) -> bool:
    """Whether an event that is news is good news."""
    if event.type is Type.MODE_CHANGED:
        return not event.detail["on"]
    return _NEWS[event.type].resolved


def runbook(event: Event) -> str | None:
    """The name of what an operator who is told of this event should read."""
    match _NEWS[event.type].family:
        case "rollout":
            return BAD_CANARY
        case "mode" | "agent":
            return None  # it was an operator who did it
        case "watchdog":
            return _OF_WATCHDOGS.get(event.subject.partition(":")[0], OVERLOAD)
        case _:
            return PROVIDER_DOWN if event.subject.partition(":")[0] == _PROVIDER else DATABASE_SLOW
