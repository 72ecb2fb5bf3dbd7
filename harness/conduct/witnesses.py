"""Reads what the target's own witnesses wrote: the journals of the instances and the logs of attempts."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from harness.plan.scenario import PROVIDER
from harness.record import AttemptRow, JournalRow
from harness.targets.clock import clock_offset
from harness.targets.control import ControlError, call
from harness.targets.system import System

PAGE = 5_000
"""Rows asked for at once."""


class _Event(msgspec.Struct, frozen=True, kw_only=True):
    sequence: int
    at: float
    type: str
    subject: str
    reason: str
    detail: dict[str, Any]


class _Events(msgspec.Struct, frozen=True, kw_only=True):
    instance: str
    boot_id: str
    events: list[_Event]
    next: int
    dropped: int


class _Attempt(msgspec.Struct, frozen=True, kw_only=True):
    request_id: str
    attempt: int
    instance: str
    permit: str
    arrived_at: float
    ended_at: float | None
    result: str
    fault: str
    dependency: str = PROVIDER
    model: str = ""


class _Attempts(msgspec.Struct, frozen=True, kw_only=True):
    attempts: list[_Attempt]
    next: int
    dropped: int = 0


Page = TypeVar("Page", bound=msgspec.Struct)


@dataclasses.dataclass(kw_only=True)
class _Log:
    """An append-only log, read from where we stopped."""

    name: str
    instance: str  # "" for the simulator's
    url: str
    offset: float  # seconds to add to its instants
    headers: Mapping[str, str] = dataclasses.field(repr=False)
    after: int = 0
    misses: int = 0  # readings that failed in a row
    lost: int = 0  # rows that were dropped before we read them

    def page(self, kind: type[Page]) -> Page:
        """The next page; ControlError when there is no such answer."""
        answer = call("GET", f"{self.url}?after={self.after}&limit={PAGE}", headers=self.headers)
        try:
            return msgspec.convert(answer, kind)
        except msgspec.ValidationError as error:
            raise ControlError(f"{self.url} answered no page of the {self.name}: {error}") from error


class Witnesses:
    """The witnesses of one system. Each row is kept once, with its instants on the run's clock."""

    def __init__(self, system: System, *, clock: Callable[[], float]) -> None:
        """Measure the offset of each witness's clock; ControlError when one does not answer."""
        self.attempts: list[AttemptRow] = []
        self.journal: list[JournalRow] = []
        self._restarts: list[str] = []
        self._announced: set[str] = set()  # instances that are about to be started anew
        self._boots = {identity.instance: identity.boot_id for identity in system.identities}
        self._simulated = system.simulator is not None
        self._others = system.others
        self._journals: list[_Log] = []
        self._attempt_logs: list[_Log] = []
        if system.simulator is not None:
            headers = system.simulator_headers
            offset = _offset(system.simulator, clock, headers)
            url = f"{system.simulator}/attempts"
            self._attempt_logs.append(
                _Log(name="simulator's log of attempts", instance="", url=url, offset=offset, headers=headers)
            )
        for address, identity in zip(system.addresses, system.identities, strict=True):
            name, headers = identity.instance, system.operator_headers
            offset = _offset(address, clock, headers)
            url = f"{address}/api/observability/events"
            self._journals.append(
                _Log(name=f"journal of {name}", instance=name, url=url, offset=offset, headers=headers)
            )
            if system.operator_token:
                url = f"{address}/api/ops/faults/attempts"
                self._attempt_logs.append(
                    _Log(name=f"attempts log of {name}", instance=name, url=url, offset=offset, headers=headers)
                )

    def poll(self) -> None:
        """Read what is new; a witness that does not answer is asked again the next time."""
        for log in self._logs:
            try:
                self._read(log)
                log.misses = 0
            except ControlError:
                log.misses += 1

    def forget(self) -> None:
        """Drop all that was read so far."""
        self.attempts, self.journal = [], []
        for log in self._logs:
            log.lost = 0

    def expect_restart(self, instance: str) -> None:
        """An instance will be started anew, and is no problem of the testimony for that."""
        self._announced.add(instance)

    @property
    def misses(self) -> int:
        """How many readings in a row have failed at every single witness."""
        return min(log.misses for log in self._logs)

    @property
    def answered(self) -> bool:
        """Whether every witness answered the last reading."""
        return not any(log.misses for log in self._logs)

    def problems(self) -> Iterator[str]:
        """What is missing from the testimony, as of the last reading."""
        yield from self._restarts
        for log in self._logs:
            if log.misses:
                yield f"the {log.name} could not be read to its end"
            if log.lost:
                yield f"the {log.name} dropped {log.lost} rows before they were read"

    @property
    def _logs(self) -> list[_Log]:
        return [*self._journals, *self._attempt_logs]

    def _read(self, log: _Log) -> None:
        read = self._read_events if log in self._journals else self._read_attempts
        while read(log) == PAGE:
            pass

    def _read_events(self, log: _Log) -> int:
        page = log.page(_Events)
        if self._boots.get(page.instance) != page.boot_id:
            self._boots[page.instance] = page.boot_id
            if page.instance in self._announced:
                self._begin_anew(page.instance)
                return PAGE  # as if there were more: the new boot's first entries
            self._restarts.append(f"the instance {page.instance} was started anew during the run")
        for event in page.events:
            fields = msgspec.structs.asdict(event) | {"at": event.at + log.offset}
            self.journal.append(JournalRow(instance=page.instance, boot_id=page.boot_id, **fields))
        log.lost += page.dropped
        log.after = page.next
        return len(page.events)

    def _begin_anew(self, instance: str) -> None:
        self._announced.discard(instance)
        for log in self._logs:
            if log.instance == instance:
                log.after = 0

    def _read_attempts(self, log: _Log) -> int:
        page = log.page(_Attempts)
        for attempt in page.attempts:
            if not self._counts(log, attempt):
                continue
            ended_at = None if attempt.ended_at is None else attempt.ended_at + log.offset
            instants = {"arrived_at": attempt.arrived_at + log.offset, "ended_at": ended_at}
            self.attempts.append(AttemptRow(**(msgspec.structs.asdict(attempt) | instants)))
        log.lost += page.dropped
        log.after = page.next
        return len(page.attempts)

    def _counts(self, log: _Log, attempt: _Attempt) -> bool:
        if not self._simulated:
            return True
        if log.instance:
            return attempt.dependency != PROVIDER  # the simulator tells of those itself
        return attempt.instance not in self._others  # they may be busy with what their own part left them


def _offset(address: str, clock: Callable[[], float], headers: Mapping[str, str]) -> float:
    def read() -> float:
        return float(call("GET", f"{address}/identity", headers=headers)["now"])

    return clock_offset(read, clock=clock)
