"""Chance that takes the same course in every run."""

import random


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - to be repeated, not to be unguessable
