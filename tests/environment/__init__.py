"""The manifest of the environment of all programs."""
