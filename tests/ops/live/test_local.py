"""Without a service: the same changes by the service's own command, in this environment."""

from tests.ops.live.conftest import WHY, Ops


def test_what_only_a_running_service_can_do_is_said_so(ops: Ops) -> None:
    made = ops("rollout", "start", "embeddings", *WHY, "--local")
    assert (made.returncode, made.stderr) == (5, "rollout start embeddings is done by a running service alone.\n")
    down = ops("rollout", "start", "embeddings", *WHY, BALLAST_URL="http://127.0.0.1:1")
    assert (down.returncode, "service control" in down.stderr) == (6, False)


def test_what_is_severe_is_asked_here_too(ops: Ops) -> None:
    made = ops("write-drain", "on", *WHY, "--local")
    assert made.returncode == 2
    assert made.stderr.endswith("Nobody can be asked here whether that is meant; pass --yes.\n")
