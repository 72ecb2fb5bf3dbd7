"""The provider answers with errors for a while."""

from tests.runbooks.stand import Stand, until
from tests.runbooks.walk import Walk

SETTINGS: dict[str, str] = {}


def walked(stand: Stand, walk: Walk) -> None:
    stand.break_provider(mode="error", status=500)
    stand.is_hurt()
    until(lambda: stand.breakers("embeddings:stable") == ["open", "open"], "the breaker opens")
    walk.command("ops status", "docs/runbooks/provider-down.md")
    walk.command("ops brownout on")
    assert stand.in_force("brownout") == [True, True]
    walk.command("ops status")
    stand.mend_provider()
    walk.command("ops status")
    walk.command("ops brownout off")
    assert stand.in_force("brownout") == [False, False]
    walk.command("ops breakers list")
    stand.recovers(walk.patience)
    walk.command("ops status")
    walk.command("ops audit", "embeddings provider is down", "embeddings provider is back")
