"""Any history of two instances on one control store is that of a dictionary of versions."""

import asyncio
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from service.store import sqlite_control
from service.store.control import AuditLine, ControlDocument, VersionConflictError
from service.store.sqlite_control import SqliteControlStore
from tests.service.store.conftest import sqlite_file

T = TypeVar("T")
INSTANCES = st.sampled_from(["a", "b"])
NAMES = st.sampled_from(["rollout:embeddings", "rollout:search"])
BODIES = st.binary(max_size=20)


class ControlStoreMachine(RuleBasedStateMachine):
    """The reference keeps every write of each document, so its version is how many there were."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.files = {instance: sqlite_file(Path(self.folder.name)) for instance in ("a", "b")}
        self.written: dict[str, list[tuple[bytes, str]]] = {}
        for file in self.files.values():
            self.run(file.open(sqlite_control.SCHEMA))

    def teardown(self) -> None:
        for file in self.files.values():
            self.run(file.close())
        self.runner.close()
        self.folder.cleanup()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def store(self, instance: str) -> SqliteControlStore:
        return SqliteControlStore(self.files[instance])

    def write(self, instance: str, name: str, version: int, body: bytes) -> None:
        document = ControlDocument(name=name, version=version, body=body)
        audit = AuditLine(document=name, version=version, at=1.0, by=instance, action="start", reason="because")
        self.run(self.store(instance).write(document, audit))

    @rule(instance=INSTANCES, name=NAMES, body=BODIES)
    def writes_over_what_is_stored(self, instance: str, name: str, body: bytes) -> None:
        writes = self.written.setdefault(name, [])
        self.write(instance, name, len(writes) + 1, body)
        writes.append((body, instance))

    @rule(instance=INSTANCES, name=NAMES, body=BODIES, off=st.integers(-3, 3).filter(bool))
    def writes_over_another_version(self, instance: str, name: str, body: bytes, off: int) -> None:
        stored = len(self.written.get(name, []))
        with pytest.raises(VersionConflictError) as caught:
            self.write(instance, name, stored + 1 + off, body)
        assert caught.value.current == stored

    @rule(instance=INSTANCES, name=NAMES, body=BODIES)
    def both_write_at_once(self, instance: str, name: str, body: bytes) -> None:
        async def race() -> list[BaseException | None]:
            attempts = [
                self.store(each).write(
                    ControlDocument(name=name, version=version, body=body + each.encode()),
                    AuditLine(document=name, version=version, at=1.0, by=each, action="start", reason="because"),
                )
                for each in (instance, "a" if instance == "b" else "b")
            ]
            return await asyncio.gather(*attempts, return_exceptions=True)

        version = len(self.written.setdefault(name, [])) + 1
        ended = self.run(race())
        assert sum(error is None for error in ended) == 1
        assert sum(isinstance(error, VersionConflictError) for error in ended) == 1
        (line,) = self.run(self.store(instance).audit(name, 1))
        self.written[name].append((body + line.by.encode(), line.by))

    @rule(instance=INSTANCES)
    def restarts(self, instance: str) -> None:
        self.run(self.files[instance].close())
        self.files[instance] = sqlite_file(Path(self.folder.name))
        self.run(self.files[instance].open(sqlite_control.SCHEMA))

    @invariant()
    def both_read_what_was_written_last(self) -> None:
        expected = [
            ControlDocument(name=name, version=len(writes), body=writes[-1][0])
            for name, writes in sorted(self.written.items())
            if writes
        ]
        for instance in self.files:
            assert self.run(self.store(instance).read(sorted(self.written))) == expected

    @invariant()
    def each_write_has_its_audit_line(self) -> None:
        for name, writes in self.written.items():
            lines = self.run(self.store("a").audit(name, 1000))
            assert [(line.version, line.by) for line in reversed(lines)] == [
                (version, by) for version, (_, by) in enumerate(writes, 1)
            ]


TestControlStore = ControlStoreMachine.TestCase
TestControlStore.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
