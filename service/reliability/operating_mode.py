"""The modes in which an operator can have the service work."""

from enum import StrEnum


class Mode(StrEnum):
    """How the service works, apart from the usual."""

    SAFE_MODE = "safe_mode"  # nothing outside is called
    WRITE_DRAIN = "write_drain"  # writes are refused, reads served
    BROWNOUT = "brownout"  # features that have a fallback take it


def mode_key(mode: Mode) -> str:
    """Under which a mode's entry is kept."""
    return f"mode/{mode}"


def agent_key(agent: str) -> str:
    """Under which an agent's quarantine is kept."""
    return f"agent/{agent}"
