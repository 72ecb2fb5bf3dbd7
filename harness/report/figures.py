"""Figures as people read them."""

import datetime as dt

_SMALLEST_SHOWN = 0.0005


def quantity(value: float | None, unit: str) -> str:
    """A value with its unit; ratios in percent."""
    if value is None:
        return "—"
    match unit:
        case "ratio":
            return percent(value)
        case "s":
            return f"{value:.2f} s"
        case "ms" | "µs":
            return f"{value:,.0f} {unit}" if value >= 10 else f"{value:.1f} {unit}"  # noqa: PLR2004 — three figures are enough
        case _:
            return f"{value:,.0f} {unit}" if value == int(value) else f"{value:,.2f} {unit}"


def percent(ratio: float) -> str:
    """A ratio in percent, with as many digits as tell it from 0 and from 100 %."""
    if ratio in {0.0, 1.0} or abs(ratio) >= 10:  # noqa: PLR2004 — nobody reads the decimals of 1,234 %
        return f"{ratio:.0%}"
    near_an_end = min(ratio, abs(1 - ratio)) < _SMALLEST_SHOWN * 20
    return f"{ratio:.2%}" if near_an_end else f"{ratio:.1%}"


def milliseconds(seconds: float | None) -> str:
    """A latency, given in seconds, in milliseconds."""
    return "—" if seconds is None else quantity(seconds * 1000, "ms")


def microseconds(seconds: float | None) -> str:
    """A share of a CPU's time, given in seconds, in microseconds."""
    return "—" if seconds is None else quantity(seconds * 1e6, "µs")


def span(seconds: float) -> str:
    """A length of time: `48 s`, `3 min 10 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def instant(at: float) -> str:
    """A moment, in UTC."""
    return dt.datetime.fromtimestamp(at, tz=dt.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
