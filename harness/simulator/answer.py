"""What the provider sends back, before anything is sent: a pure function of the request and the fault that it meets."""

import dataclasses
from base64 import b64encode
from collections.abc import Mapping

import msgspec
from starlette.datastructures import Headers

from harness.plan.scenario import FaultMode
from harness.simulator.attempt_log import Result
from harness.simulator.embedding_request import EmbeddingRequest, read
from harness.simulator.fault import Fault
from harness.simulator.openai_errors import ProviderError, simulated
from harness.simulator.vectors import little_endian, unit_vector

_CHARACTERS_A_TOKEN = 4


@dataclasses.dataclass(frozen=True, kw_only=True)
class Answer:
    """A response and how it is recorded. `status` 0: none is sent (hang, reset)."""

    result: Result
    status: int = 0
    body: bytes = b""
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)


def answer(headers: Headers, body: bytes, *, fault: Fault | None, seed: int) -> Answer:
    """The answer to a request under a fault."""
    mode = fault.mode if fault is not None else None
    if fault is not None and mode is FaultMode.ERROR:
        return _error(fault)
    if mode is FaultMode.HANG:
        return Answer(result=Result.HANG)
    if mode in {FaultMode.RESET, FaultMode.REFUSE}:
        return Answer(result=Result.RESET)
    try:
        vectors = _vectors(read(headers, body), seed)
    except ProviderError as error:
        return Answer(result=Result.REFUSED_INPUT, status=error.status, body=error.body)
    if mode is FaultMode.MALFORMED:
        return Answer(result=Result.MALFORMED, status=200, body=vectors[: len(vectors) // 2])
    return Answer(result=Result.SLOW if mode is FaultMode.SLOW else Result.OK, status=200, body=vectors)


def _error(fault: Fault) -> Answer:
    headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
    return Answer(result=Result.ERROR, status=fault.status, body=simulated(fault.status).body, headers=headers)


def _vectors(asked: EmbeddingRequest, seed: int) -> bytes:
    data = []
    for index, text in enumerate(asked.texts):
        vector = unit_vector(text, model=asked.model, dimensions=asked.dimensions, seed=seed)
        embedding = b64encode(little_endian(vector)).decode() if asked.base64 else vector.tolist()
        data.append({"object": "embedding", "index": index, "embedding": embedding})
    tokens = sum(-(-len(text) // _CHARACTERS_A_TOKEN) for text in asked.texts)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return msgspec.json.encode({"object": "list", "data": data, "model": asked.model, "usage": usage})
