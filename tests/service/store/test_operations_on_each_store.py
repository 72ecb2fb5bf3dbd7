"""What operators set is kept alike by every control store."""

import pytest

from service.fleet.operations import DOCUMENT, EntryConflictError
from service.store.control import ControlStore
from tests.service.store.test_operations import DRAIN, ON, SAFE, Instance, Overtaken
from tests.unit.reliability.manual_clock import ManualClock

BROWNOUT = "mode/brownout"


async def test_changes_of_two_instances_meet_in_the_store(store: ControlStore) -> None:
    clock = ManualClock()
    theirs = Instance(store, clock)
    ours = Instance(Overtaken(store, theirs, DRAIN), clock)
    done = await ours.operations.change(SAFE, ON)
    assert (done.version, done.after.revision) == (2, 1)
    with pytest.raises(EntryConflictError):
        await Instance(Overtaken(store, theirs, BROWNOUT), clock).operations.change(BROWNOUT, ON)
    await ours.copy.refresh()
    await theirs.copy.refresh()
    for key, who in ((SAFE, "ann"), (DRAIN, "eve"), (BROWNOUT, "eve")):
        entry = ours.operations.in_force(key)
        assert entry is not None
        assert (entry, entry.by) == (theirs.operations.in_force(key), who)
    lines = await store.audit(DOCUMENT, 10)
    assert [(line.subject, line.by) for line in lines] == [(BROWNOUT, "eve"), (SAFE, "ann"), (DRAIN, "eve")]
