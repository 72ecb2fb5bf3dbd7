"""Instants, spans and figures as people read them."""

import time

MINUTE, HOUR, DAY = 60, 3600, 86400


def span(seconds: float) -> str:
    """`4.2 s`, `12 min`, `3 h`, `2 d`: rounded, since it is read and not computed with."""
    if seconds < 10:  # noqa: PLR2004 - a digit more where it tells something
        return f"{seconds:.1f} s"
    if seconds < 2 * MINUTE:
        return f"{seconds:.0f} s"
    if seconds < 2 * HOUR:
        return f"{seconds / MINUTE:.0f} min"
    if seconds < 2 * DAY:
        return f"{seconds / HOUR:.0f} h"
    return f"{seconds / DAY:.0f} d"


def ago(at: float | None, now: float) -> str:
    """How long an instant is past; empty for none."""
    return "" if at is None else f"{span(max(0.0, now - at))} ago"


def left(until: float | None, now: float) -> str:
    """How long until an end; `no end` for none."""
    if until is None:
        return "no end"
    return f"{span(until - now)} left" if until > now else "ended"


def clock(at: float) -> str:
    """The time of day here, and the day when it is another one."""
    local = time.localtime(at)
    today = time.strftime("%Y-%m-%d", local) == time.strftime("%Y-%m-%d")
    return time.strftime("%H:%M:%S" if today else "%Y-%m-%d %H:%M:%S", local)


def milliseconds(seconds: float | None) -> str:
    """A latency; a dash for none."""
    return "-" if seconds is None else f"{seconds * 1000:.3g} ms" if seconds < 1 else f"{seconds:.2f} s"


def percent(ratio: float | None) -> str:
    """A ratio; a dash for none."""
    return "-" if ratio is None else f"{ratio * 100:.3g} %"


def rate(per_second: float) -> str:
    """A count a second."""
    return f"{per_second:.1f}/s" if per_second < 100 else f"{per_second:,.0f}/s"  # noqa: PLR2004 - as in span


def spoken(name: str) -> str:
    """A name of the API as a person says it."""
    return name.replace("_", " ")


def counted(number: int, thing: str) -> str:
    """`1 dead letter`, `3 dead letters`, `no dead letter`."""
    if number == 0:
        return f"no {thing}"
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
