"""An import keeps more requests in flight than the instances are meant for, until somebody ends it."""

import subprocess
import sys

from tests.runbooks.stand import Stand
from tests.runbooks.walk import Walk

SETTINGS: dict[str, str] = {"REQUEST_CAPACITY": "20"}


def walked(stand: Stand, walk: Walk) -> None:
    with subprocess.Popen([sys.executable, "-m", "tests.runbooks.flood", *stand.system.addresses]) as flood:
        try:
            _walked_under(flood, stand, walk)
        finally:
            flood.kill()


def _walked_under(flood: "subprocess.Popen[bytes]", stand: Stand, walk: Walk) -> None:
    stand.is_hurt()
    walk.command("ops status", "docs/runbooks/overload.md")
    walk.command("ops brownout on")
    assert stand.in_force("brownout") == [True, True]
    walk.command("ops status")
    walk.command("ops write-drain on")
    assert stand.in_force("write_drain") == [True, True]
    walk.command("ops status")
    assert flood.poll() is None, "the import ended by itself"
    flood.kill()
    walk.command("ops write-drain off")
    assert stand.in_force("write_drain") == [False, False]
    walk.command("ops status")
    walk.command("ops brownout off")
    assert stand.in_force("brownout") == [False, False]
    stand.recovers(walk.patience)
    walk.command("ops status")
    walk.command("ops audit", "overload", "the load is as usual")
