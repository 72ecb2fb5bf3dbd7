"""Seeded defects: the service with one wrong part, applied from outside, to prove that the scenarios would notice."""
