"""Who is on the canary: the same callers for as long as a step lasts, and no fewer of them on a later one."""

from hashlib import blake2b

_BYTES = 8
_WHOLE = float(2 ** (8 * _BYTES))


def place(salt: str, caller: str) -> float:
    """Where a caller stands among all, from 0 up to 1, as the salt spreads them."""
    digest = blake2b(caller.encode(), digest_size=_BYTES, key=blake2b(salt.encode(), digest_size=32).digest()).digest()
    return int.from_bytes(digest) / _WHOLE


def is_canary(salt: str, caller: str, weight: float) -> bool:
    """Whether a caller is among the share `weight` (a ratio) of all that the salt puts on the canary."""
    return place(salt, caller) < weight
