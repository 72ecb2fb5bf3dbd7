"""Scenarios for the tests of the runner, short and without questions."""
