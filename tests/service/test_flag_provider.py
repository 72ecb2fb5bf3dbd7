from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from openfeature.evaluation_context import EvaluationContext

from service.fleet.control_copy import ControlCopy
from service.fleet.feature_flags import FeatureFlags
from service.fleet.flag_provider import FlagClient
from service.fleet.operations import DOCUMENT, Operations
from service.reliability.control_entry import Change
from service.store.control import AuditLine, ControlDocument
from service.store.errors import StoreError
from service.workload.flags import PROVIDER_EMBEDDINGS
from tests.unit.reliability.manual_clock import ManualClock

NAME = PROVIDER_EMBEDDINGS.name


class Store:
    """A control store that keeps one document, or is away."""

    def __init__(self) -> None:
        self.documents: list[ControlDocument] = []
        self.away = False

    async def read(self, names: Sequence[str]) -> list[ControlDocument]:
        assert list(names) == [DOCUMENT]
        if self.away:
            raise StoreError("locked")
        return self.documents

    async def write(self, document: ControlDocument, audit: AuditLine) -> None:
        assert audit.document == DOCUMENT
        self.documents = [document]

    async def audit(self, name: str, limit: int, *, before: int | None = None) -> list[AuditLine]:
        raise NotImplementedError


class App:
    """What one app has of flags."""

    def __init__(self, domain: str, *, environment: bool | None = None) -> None:
        self.store, self.clock = Store(), ManualClock()
        self.copy = ControlCopy(self.store, [DOCUMENT], on_change=self.seen, on_answer=lambda _: None, clock=self.clock)
        self.operations = Operations(self.store, self.copy, wall_clock=self.clock)
        flags = FeatureFlags({PROVIDER_EMBEDDINGS: environment}, self.operations, self.copy)
        self.flags = FlagClient(flags, domain=domain)
        self.client = self.flags.client

    def seen(self, document: ControlDocument) -> None:
        self.operations.seen(document)

    async def override(self, **settings: object) -> None:
        change = Change(on=True, by="ann", reason="r", action="a", settings=settings)
        await self.operations.change(f"flag/{NAME}", change)


@contextmanager
def started(app: App) -> Iterator[App]:
    app.flags.start()
    yield app
    app.flags.stop()


async def test_a_flag_is_resolved_for_its_caller_with_its_reason_and_variant() -> None:
    with started(App("a")) as app:
        await app.copy.refresh()
        found = app.client.get_boolean_details(NAME, default_value=False)
        assert (found.value, found.reason, found.variant, found.error_code) == (True, "DEFAULT", "on", None)
        await app.override(percentage=50)
        values = [
            app.client.get_boolean_value(NAME, False, EvaluationContext(targeting_key=f"caller {number}"))  # noqa: FBT003 - the client's signature
            for number in range(100)
        ]
        assert 25 < values.count(True) < 75


async def test_two_apps_of_one_process_do_not_share_their_flags() -> None:
    with started(App("a")) as on, started(App("b", environment=False)) as off:
        assert on.client.get_boolean_value(NAME, default_value=False)
        assert not off.client.get_boolean_value(NAME, default_value=True)


async def test_what_was_last_known_is_marked_stale_while_the_store_is_away() -> None:
    with started(App("a")) as app:
        await app.override(value=False)
        await app.copy.refresh()
        app.store.away = True
        app.clock.advance(2)
        await app.copy.fresh()
        found = app.client.get_boolean_details(NAME, default_value=True)
    assert (found.value, found.reason) == (False, "STALE")


async def test_who_asks_for_what_is_not_declared_gets_the_default_and_is_told() -> None:
    with started(App("a")) as app:
        found = app.client.get_boolean_details("nothing", default_value=True)
    assert (found.value, found.reason, found.error_code) == (True, "ERROR", "FLAG_NOT_FOUND")
    assert found.error_message == f"there is no flag nothing; expected one of: {NAME}"


async def test_a_flag_has_no_other_type_than_true_or_false() -> None:
    with started(App("a")) as app:
        client = app.client
        found = [
            client.get_string_details(NAME, "x"),
            client.get_integer_details(NAME, 1),
            client.get_float_details(NAME, 1.0),
            client.get_object_details(NAME, {}),
        ]
    assert [(each.error_code, each.error_message) for each in found] == [
        ("TYPE_MISMATCH", f"the flag {NAME} is true or false")
    ] * 4


@pytest.mark.parametrize("default", [True, False])
async def test_before_the_start_and_after_the_stop_a_flag_is_its_default(default: bool) -> None:
    app = App("c", environment=not default)
    assert app.client.get_boolean_value(NAME, default) is default
    with started(app):
        assert app.client.get_boolean_value(NAME, default) is not default
    assert app.client.get_boolean_value(NAME, default) is default
