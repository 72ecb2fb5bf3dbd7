"""One run of one scenario, from its start to its record."""
