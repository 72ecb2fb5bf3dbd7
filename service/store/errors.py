"""How the store fails."""


class StoreError(Exception):
    """The file could not do this now: locked for too long, full, damaged, interrupted."""


class StoreUnusableError(Exception):
    """The file cannot serve at all; nothing in it was changed."""
