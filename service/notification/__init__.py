"""Tells somebody outside of what has changed: HTTP outwards, where `web` is HTTP inwards."""
