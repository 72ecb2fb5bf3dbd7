"""The figures that are watched: where each is measured, and what has become of it."""
