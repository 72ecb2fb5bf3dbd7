import random
import subprocess
import sys

import pytest

from harness.plan import corpus
from harness.plan.corpus import LONGEST_TEXT, NoCorpusError, docstrings, some_text


def seeded(seed: int) -> random.Random:
    return random.Random(seed)


def test_the_corpus_is_many_distinct_texts_of_bounded_length() -> None:
    texts = docstrings()
    assert len(texts) > 500
    assert len(set(texts)) == len(texts)
    assert all(40 <= len(text) <= LONGEST_TEXT for text in texts)
    assert all(text.encode() for text in texts)


def test_the_corpus_is_the_same_in_another_process() -> None:
    program = "from harness.plan.corpus import docstrings; print(ascii(docstrings()[:300]))"
    there = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert there == ascii(docstrings()[:300]) + "\n"


def test_a_python_without_its_sources_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "_SOURCES", ("no_such_module",))
    with pytest.raises(NoCorpusError, match="holds the sources of 0 docstrings; expected 200 or more"):
        docstrings.__wrapped__()


def test_texts_are_chosen_by_the_generator_that_is_passed() -> None:
    assert [some_text(seeded(3)) for _ in range(2)] == [some_text(seeded(3)) for _ in range(2)]
    rng = seeded(3)
    assert len({some_text(rng) for _ in range(50)}) > 40
