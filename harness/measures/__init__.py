"""Figures of a run that are shown and not judged."""
