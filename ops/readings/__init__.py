"""What the service shows, as far as this version of `ops` understands it."""
