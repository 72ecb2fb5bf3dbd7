"""The verifier that the documentation gives to receivers, on what a real service posts."""

import base64
import json
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Client

from service.notification.signature import signed_headers
from tests.service.process import PATIENCE, service
from tests.service.receiver import receiver

ROOT = Path(__file__).parents[2]
KEY = bytes(range(32))
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
BODY = b'{"type":"breaker_opened"}'


@pytest.fixture(scope="module")
def verified() -> Callable[[str, Mapping[str, str], bytes], bool]:
    """As a reader of the documentation would have it."""
    text = (ROOT / "docs/watchdogs.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    made: dict[str, Any] = {}
    exec(code, made)  # noqa: S102 - our own documentation
    function: Callable[[str, Mapping[str, str], bytes], bool] = made["verified"]
    return function


def now() -> int:
    return int(time.time())


def test_what_is_ours_is_taken(verified: Callable[..., bool]) -> None:
    assert verified(SECRET, signed_headers(KEY, "boot-1", now(), BODY), BODY)


def test_what_was_changed_or_is_another_s_or_old_is_refused(verified: Callable[..., bool]) -> None:
    headers = signed_headers(KEY, "boot-1", now(), BODY)
    assert not verified(SECRET, headers, BODY + b" ")
    assert not verified(SECRET, headers | {"webhook-id": "boot-2"}, BODY)
    assert not verified(SECRET, headers | {"webhook-timestamp": str(now() + 1)}, BODY)
    assert not verified(SECRET, signed_headers(b"another" * 5, "boot-1", now(), BODY), BODY)
    assert not verified(SECRET, signed_headers(KEY, "boot-1", now() - 301, BODY), BODY)


def test_one_of_several_signatures_is_enough_while_a_secret_is_replaced(verified: Callable[..., bool]) -> None:
    headers = signed_headers(KEY, "boot-1", now(), BODY)
    assert verified(SECRET, headers | {"webhook-signature": f"v1,abc {headers['webhook-signature']}"}, BODY)


def test_a_real_service_tells_a_real_receiver_that_its_breaker_opened(
    tmp_path: Path, verified: Callable[..., bool]
) -> None:
    variables = {
        "PORT": "0",
        "USE_RELIABILITY_SYSTEM": "true",
        "OPENAI_API_KEY": "provider-key",
        "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",  # where nobody listens
        "DATABASE_PATH": str(tmp_path / "ballast.sqlite3"),
        "ENVIRONMENT": "staging",
        "INSTANCE_ID": "instance-1",
        "BREAKER_CONSECUTIVE_FAILURES": "2",
        "RETRY_MAX_RETRIES": "0",
        "WEBHOOK_SECRET": SECRET,
    }
    with receiver() as hooks:
        hooks.refusals = 1
        with service(**variables, WEBHOOK_URL=hooks.url) as running:
            address = running.wait_for("listening")["address"]
            with Client(base_url=address, timeout=PATIENCE) as client:
                for _ in range(2):
                    assert client.post("/api/embeddings", json={"text": "a"}).status_code == 200
                headers, body = hooks.notice("breaker_opened")
                summary = client.get("/api/observability/summary").text
                startup = client.get("/health/startup").json()
            running.terminate()
            code, out, err = running.ended()
    assert verified(SECRET, {name.lower(): value for name, value in headers.items()}, body)
    notice = json.loads(body)
    assert (notice["subject"], notice["environment"], notice["instance"]) == (
        "embeddings:stable",
        "staging",
        "instance-1",
    )
    assert notice["runbook"] == "docs/runbooks/provider-down.md"
    assert {node["id"]: node["status"] for node in startup["nodes"]}["webhook"] == "started"
    assert (code, err) == (0, "")
    assert not any(secret in text for text in (summary, out, str(running.log)) for secret in ("path-token", SECRET))
