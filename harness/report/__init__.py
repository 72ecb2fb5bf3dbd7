"""Artefacts of a run, each a function of its results."""
