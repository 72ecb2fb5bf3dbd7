"""Every lever that there is."""

from ops.changes.lever import AGENTS, BREAKERS, FLAGS, Lever

DANGERS = {
    "safe-mode": "No instance will call the provider, and events wait: callers get embeddings of the fallback.",
    "write-drain": "Every write will be refused with 503: callers can read, and nothing else.",
}


def mode(name: str, *, on: bool) -> Lever:
    """`safe-mode`, `write-drain` or `brownout`."""
    return Lever(
        subject=name,
        method="PUT",
        path=f"/api/ops/{name}",
        own={"on": on},
        words=(name, "on" if on else "off"),
        off=(name, "off"),
        again=(name, "on"),
        danger=DANGERS.get(name, "") if on else "",
        typed=name,
    )


def quarantine(agent: str, *, on: bool) -> Lever:
    """An agent's messages held, or let go on."""
    return Lever(
        subject=f"quarantine of {agent}",
        method="PUT",
        path=f"/api/ops/agents/{agent}/quarantine",
        own={"on": on},
        words=("quarantine" if on else "release", agent),
        off=("release", agent),
        again=("quarantine", agent),
        names=AGENTS,
        name=agent,
    )


def flag(name: str, *, value: bool | None, percentage: float | None) -> Lever:
    """A flag's override; with neither there is none any more."""
    if value is not None:
        words: tuple[str, ...] = ("flags", "set", name, "--on" if value else "--off")
    elif percentage is not None:
        words = ("flags", "set", name, "--percentage", f"{percentage:g}")
    else:
        words = ("flags", "clear", name)
    return Lever(
        subject=f"override of {name}",
        method="PUT",
        path=f"/api/ops/flags/{name}",
        own={"value": value, "percentage": percentage},
        words=words,
        off=("flags", "clear", name),
        again=("flags", "set", name),
        names=FLAGS,
        name=name,
    )


def isolation(breaker: str, *, on: bool) -> Lever:
    """A breaker held open; or let close, and on its own again."""
    verb = "isolate" if on else "reset"
    danger = f"No instance will call {breaker} until it is reset: callers get a fallback if there is one, else 503."
    return Lever(
        subject=f"isolation of {breaker}",
        method="POST",
        path=f"/api/ops/circuit-breakers/{breaker}/{verb}",
        words=("breakers", verb, breaker),
        off=("breakers", "reset", breaker) if on else None,
        again=("breakers", "isolate", breaker),
        names=BREAKERS,
        name=breaker,
        danger=danger if on else "",
        typed=breaker,
    )


def redrive_stopped(agent: str) -> Lever:
    """The end of a redrive, whoever drives it."""
    return Lever(
        subject=f"redrive of {agent}",
        method="PUT",
        path=f"/api/ops/agents/{agent}/redrive",
        own={"on": False},
        words=("dead-letters", "stop", agent),
        without_service=False,
        off=None,
        again=None,
        names=AGENTS,
        name=agent,
    )
