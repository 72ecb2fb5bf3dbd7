"""An embedding made here, without a provider: worse, but always there."""

import re
import zlib

import numpy as np

from service.store.documents import Vector

_words = re.compile(r"\w+").findall


def local_embedding(text: str, dimensions: int) -> Vector:
    """Signed feature hashing of the words, of unit length; a text without words gives the first axis."""
    vector = np.zeros(dimensions, dtype=np.float32)
    hashes = np.fromiter((zlib.crc32(word.encode()) for word in _words(text.lower())), dtype=np.uint32)
    signs = np.where(hashes & 1, np.float32(1), np.float32(-1))
    np.add.at(vector, (hashes >> np.uint32(1)) % np.uint32(dimensions), signs)
    length = np.linalg.norm(vector)
    if length == 0:
        vector[0] = 1
        return vector
    return vector / np.float32(length)
