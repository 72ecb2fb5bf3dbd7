"""The embeddings provider, spoken to with its official client."""

import logging
import re
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

import msgspec
import numpy as np
from httpx2 import AsyncClient
from openai import APIConnectionError, APIStatusError, AsyncOpenAI, DefaultAsyncHttpxClient

from service.dependencies.attempt import Attempt
from service.dependencies.errors import AttemptError, RefusedError
from service.dependencies.provider_config import ProviderConfig
from service.store.documents import Vector

_log = logging.getLogger("ballast.embeddings")

CALLERS_MISTAKES = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY}
)
"""The statuses that speak of the caller's text; all others speak of the provider, or of our way to it."""

OUR_MISTAKES = {
    HTTPStatus.UNAUTHORIZED: "OPENAI_API_KEY",
    HTTPStatus.FORBIDDEN: "what OPENAI_API_KEY may be used for",
    HTTPStatus.NOT_FOUND: "OPENAI_BASE_URL and EMBEDDING_MODEL",
}
"""The statuses that speak of our settings, and what is to be checked."""

_decimal = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?").fullmatch


class _Embedding(msgspec.Struct):
    embedding: bytes  # in JSON as base64, of little-endian float32


class _Answer(msgspec.Struct):
    data: Annotated[list[_Embedding], msgspec.Meta(min_length=1, max_length=1)]


class OpenAIEmbeddings:
    """Asks the provider for embeddings; one call is one HTTP request, since the client's own retries are off."""

    def __init__(self, config: ProviderConfig, *, instance: str, http_client: AsyncClient | None = None) -> None:
        self._config = config
        self._instance = instance
        self._decoder = msgspec.json.Decoder(_Answer)
        self._client = AsyncOpenAI(
            base_url=config.base_url,
            api_key=config.api_key,
            max_retries=0,
            # The official client's own, but for the proxies that the environment may name: no setting of ours does.
            http_client=http_client or DefaultAsyncHttpxClient(trust_env=False),
        )

    async def embed(self, text: str, model: str, attempt: Attempt) -> Vector:
        """The embedding of a text by a model.

        Raises:
            AttemptError: the provider failed, or its answer is not an embedding.
            RefusedError: the provider refuses this text.
        """
        try:
            answer = await self._client.embeddings.with_raw_response.create(
                input=text,
                model=model,
                dimensions=self._config.dimensions,
                encoding_format="base64",
                extra_headers=self._headers(attempt),
            )
        except APIStatusError as error:
            raise _told(error) from error
        except APIConnectionError as error:
            raise AttemptError(f"the provider could not be reached: {type(error.__cause__).__name__}") from error
        return self._vector(answer.content)

    async def check(self, *, timeout: timedelta) -> None:  # noqa: ASYNC109 - the client keeps it
        """Whether the provider answers and takes our key; makes no embedding.

        Raises:
            AttemptError: it does not.
        """
        try:
            await self._client.models.with_raw_response.list(timeout=timeout.total_seconds())
        except APIStatusError as error:
            raise AttemptError(f"the provider answered {error.status_code}") from error
        except APIConnectionError as error:
            raise AttemptError(f"the provider could not be reached: {type(error.__cause__).__name__}") from error

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _headers(self, attempt: Attempt) -> dict[str, str]:
        headers = {
            "X-Request-Id": attempt.request_id,
            "X-Attempt": str(attempt.number),
            "X-Instance-Id": self._instance,
        }
        if attempt.permit:
            headers["X-Permit"] = attempt.permit
        return headers

    def _vector(self, body: bytes) -> Vector:
        try:
            answer = self._decoder.decode(body)
        except (ValueError, RecursionError) as error:  # also UnicodeDecodeError: the body is the provider's
            raise AttemptError("the provider's answer is malformed") from error
        packed = answer.data[0].embedding
        if len(packed) != 4 * self._config.dimensions:
            raise AttemptError(
                f"the provider's embedding has {len(packed)} bytes; expected {4 * self._config.dimensions}"
            )
        vector = np.frombuffer(packed, dtype="<f4")
        if not np.isfinite(vector).all():
            raise AttemptError("the provider's embedding has entries that are not finite")
        return vector


def _told(error: APIStatusError) -> AttemptError | RefusedError:
    status = error.status_code
    if status in CALLERS_MISTAKES:
        return RefusedError(f"the provider refused the request with status {status}")
    if status in OUR_MISTAKES:
        reason = f"the provider answered {status}; check {OUR_MISTAKES[HTTPStatus(status)]}"
        _log.warning("provider_turns_us_away", extra={"fields": {"status": status, "reason": reason}})
        return AttemptError(f"the provider answered {status}", worth_retrying=False)
    return AttemptError(
        f"the provider answered {status}", retry_after=_seconds(error.response.headers.get("retry-after"))
    )


def _seconds(header: str | None) -> float | None:
    return float(header) if header is not None and _decimal(header) else None
