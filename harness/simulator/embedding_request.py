"""What a caller of `POST /v1/embeddings` asks for, checked as OpenAI checks it."""

import dataclasses
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import msgspec
from starlette.datastructures import Headers

from harness.simulator.openai_errors import ProviderError

MODELS: Mapping[str, int] = MappingProxyType(
    {"text-embedding-3-small": 1536, "text-embedding-3-large": 3072, "text-embedding-ada-002": 1536}
)
"""The models that are played, and how many dimensions each has."""

LONGEST_INPUT = 32_768
"""Characters; stands for OpenAI's 8192 tokens of about four characters each."""

_MOST_TOKENS = 8192
_MOST_INPUTS = 2048
_FIXED_LENGTH_MODEL = "text-embedding-ada-002"


@dataclasses.dataclass(frozen=True, kw_only=True)
class EmbeddingRequest:
    """A question that can be answered."""

    model: str
    texts: Sequence[str]
    dimensions: int
    base64: bool


class _Body(msgspec.Struct):
    model: str
    input: str | list[str | int | list[int]]
    dimensions: int | None = None
    encoding_format: str = "float"
    user: str | None = None


class _Model(msgspec.Struct):
    model: str


def model_named(body: bytes) -> str:
    """The model that a body asks for, whatever else is wrong with it; "" when it names none."""
    try:
        return msgspec.json.decode(body, type=_Model).model
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""


def read(headers: Headers, body: bytes) -> EmbeddingRequest:
    """The question in a request.

    Raises:
        ProviderError: when OpenAI would refuse it.
    """
    scheme, _, key = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise ProviderError(401, "You didn't provide an API key. Use an Authorization header with a bearer token.")
    try:
        asked = msgspec.json.decode(body, type=_Body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ProviderError(400, f"We could not parse the JSON body of your request: {error}.") from error
    if asked.model not in MODELS:
        raise ProviderError(
            404,
            f"The model `{asked.model:.100}` does not exist or you do not have access to it.",
            code="model_not_found",
        )
    if asked.encoding_format not in {"float", "base64"}:
        raise ProviderError(400, "encoding_format must be float or base64.", param="encoding_format")
    return EmbeddingRequest(
        model=asked.model,
        texts=_texts(asked.input),
        dimensions=_dimensions(asked.model, asked.dimensions),
        base64=asked.encoding_format == "base64",
    )


def _dimensions(model: str, asked: int | None) -> int:
    most = MODELS[model]
    if asked is None:
        return most
    if model == _FIXED_LENGTH_MODEL:
        raise ProviderError(400, "This model does not support specifying dimensions.", param="dimensions")
    if not 1 <= asked <= most:
        raise ProviderError(400, f"Invalid value for 'dimensions' = {asked}. Must be 1 to {most}.", param="dimensions")
    return asked


def _texts(asked: str | list[str | int | list[int]]) -> list[str]:
    inputs = [asked] if isinstance(asked, str) else asked
    tokens = [token for token in inputs if isinstance(token, int)]
    if tokens and len(tokens) == len(inputs):
        return [_text(tokens)]
    if not 1 <= len(inputs) <= _MOST_INPUTS:
        raise ProviderError(400, f"'$.input' holds {len(inputs)} inputs. Expected 1 to {_MOST_INPUTS}.", param="input")
    return [_text(one) for one in inputs]


def _text(one: str | int | list[int]) -> str:
    if isinstance(one, int) or not one:
        raise ProviderError(400, "'$.input' is invalid.", param="input")
    if len(one) > (LONGEST_INPUT if isinstance(one, str) else _MOST_TOKENS):
        raise ProviderError(400, f"This model's maximum context length is {_MOST_TOKENS} tokens.", param="input")
    return one if isinstance(one, str) else " ".join(map(str, one))
