"""How a webhook shows where it comes from: the Standard Webhooks scheme, for which receivers have libraries."""

import base64
import hashlib
import hmac


def signed_headers(key: bytes, notice_id: str, sent_at: int, body: bytes) -> dict[str, str]:
    """The headers of a request; `sent_at` is in Unix seconds and signed too, so that an old one can be refused."""
    signed = b".".join((notice_id.encode(), str(sent_at).encode(), body))
    signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return {
        "webhook-id": notice_id,
        "webhook-timestamp": str(sent_at),
        "webhook-signature": f"v1,{signature}",
        "content-type": "application/json",
    }
