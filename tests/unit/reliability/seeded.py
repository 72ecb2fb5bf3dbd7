"""Chance that takes the same course in every run."""

import random


def seeded(seed: int) -> random.Random:
    return random.Random(seed)
