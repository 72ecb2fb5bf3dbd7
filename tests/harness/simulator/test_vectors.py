import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.simulator.vectors import little_endian, unit_vector


def vector(text: str, *, model: str = "m", dimensions: int = 256, seed: int = 1) -> list[float]:
    return unit_vector(text, model=model, dimensions=dimensions, seed=seed).tolist()


def nearness(left: str, right: str) -> float:
    return sum(one * other for one, other in zip(vector(left), vector(right), strict=True))


@given(text=st.text(max_size=200), dimensions=st.integers(1, 300), seed=st.integers())
def test_every_text_has_a_vector_of_unit_length(text: str, dimensions: int, seed: int) -> None:
    values = vector(text, dimensions=dimensions, seed=seed)
    assert len(values) == dimensions
    assert math.hypot(*values) == pytest.approx(1, abs=1e-6)


def test_equal_texts_are_equal_and_all_else_differs() -> None:
    assert vector("a text") == vector("a text")
    others = [vector("a text!"), vector("a text", model="n"), vector("a text", seed=2), vector("")]
    assert all(other != vector("a text") for other in others)


def test_texts_that_share_words_are_nearer_than_texts_that_do_not() -> None:
    text = "Open the file and read its lines"
    assert nearness(text, "read the lines of a file") > 0.3 + nearness(text, "random numbers from a seed")


def test_bytes_are_little_endian_32_bit_floats() -> None:
    values = unit_vector("a", model="m", dimensions=3, seed=1)
    assert little_endian(values) == struct.pack("<3f", *values)
