"""Embeddings without a model: equal texts are equal, texts that share words are near, lengths are one."""

import math
import re
import sys
from array import array
from hashlib import shake_256
from zlib import crc32

_WORD = re.compile(r"\w+")
_GRAIN = 0.05 / 127.5  # the text's own part: small beside one shared word


def unit_vector(text: str, *, model: str, dimensions: int, seed: int) -> "array[float]":
    """A vector of unit length in 32-bit floats, fixed by the arguments."""
    salt = f"{seed}/{model}/"
    # No byte is 127.5 and no sum of whole words cancels a grain, so the vector is never zero.
    values = [(byte - 127.5) * _GRAIN for byte in shake_256((salt + text).encode(errors="replace")).digest(dimensions)]
    start = crc32(salt.encode())
    for word in _WORD.findall(text.lower()):
        mark = crc32(word.encode(errors="replace"), start)
        values[(mark >> 1) % dimensions] += 1.0 if mark & 1 else -1.0
    length = math.sqrt(math.fsum(value * value for value in values))
    return array("f", [value / length for value in values])


def little_endian(vector: "array[float]") -> bytes:
    """The vector as OpenAI's base64 form packs it."""
    if sys.byteorder == "big":
        vector = vector[:]
        vector.byteswap()
    return vector.tobytes()
