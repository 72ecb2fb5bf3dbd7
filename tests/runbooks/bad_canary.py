"""The canary's model is slower than the stable one, and not so slow that it is rolled back by itself."""

from harness.targets.demo_settings import CANARY_MODEL
from tests.runbooks.stand import Stand
from tests.runbooks.walk import Walk

SETTINGS: dict[str, str] = {}
START = {"reason": "the new model", "step": 0.5}


def walked(stand: Stand, walk: Walk) -> None:
    stand.operate("POST", "/api/ops/rollouts/embeddings/start", START)
    stand.break_provider(CANARY_MODEL, mode="slow", latency=0.15)
    stand.is_hurt()
    walk.command("ops status")
    walk.command("ops rollout pause embeddings")
    assert _statuses(stand) == ["paused", "paused"]
    walk.command("ops rollout rollback embeddings")
    assert _statuses(stand) == ["rolled_back", "rolled_back"]
    walk.command("ops rollout list", "engineer")
    walk.command("ops instances")
    stand.recovers(walk.patience)
    walk.command("ops status")
    walk.command("ops audit", "looking", "canary is slower than stable")


def _statuses(stand: Stand) -> list[str]:
    return [told["rollouts"][0]["status"] for told in stand.everywhere("/api/observability/rollouts")]
