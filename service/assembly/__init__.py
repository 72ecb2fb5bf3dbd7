"""Puts the parts of the service together; only `app` stands above it."""
