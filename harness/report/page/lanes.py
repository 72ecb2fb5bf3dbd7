"""The lanes of the timeline that are drawn: rate, latency, outcomes."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from harness.measures.series import Series, Slice
from harness.report.figures import milliseconds
from harness.report.page.markup import tag, text
from harness.report.page.outcomes import OUTCOMES
from harness.report.page.scale import WIDTH, Linear, band, decades, line

RATE_HEIGHT, LATENCY_HEIGHT, OUTCOME_HEIGHT = 56.0, 132.0, 104.0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Clock:
    """The time axis that all lanes share."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """Its length."""
        return max(1e-9, self.end - self.start)

    def share(self, instant: float) -> float:
        """Where an instant lies, from 0 to 1."""
        return min(1.0, max(0.0, (instant - self.start) / self.seconds))

    def x(self, instant: float) -> float:
        """Where an instant lies on a drawing."""
        return WIDTH * self.share(instant)

    def place(self, start: float, end: float) -> str:
        """Where a stretch of time lies, as a style."""
        return f"left:{self.share(start):.2%};width:{self.share(end) - self.share(start):.2%}"


Tick = tuple[float, str]
"""Share of the height from below, and its label."""


def lane(title: str, description: str, drawing: str, *, height: float, ticks: Iterable[Tick]) -> str:
    """A drawing with its title above and the labels of its scale at the left."""
    told = list(ticks)
    labels = [tag("span", text(label), style=f"bottom:{share:.1%}") for share, label in told]
    rules = "".join(
        f'<line class="rule" x1="0" x2="{WIDTH:g}" y1="{height * (1 - share):.1f}" y2="{height * (1 - share):.1f}"/>'
        for share, _ in told
    )
    return (
        tag("div", text(title), class_="title")
        + tag("div", *labels, class_="scale", aria_hidden="true", style=f"height:{height:g}px")
        + f'<svg class="drawing" viewBox="0 0 {WIDTH:g} {height:g}" preserveAspectRatio="none" role="img" '
        f'style="height:{height:g}px" aria-label="{text(title)}. {text(description)}">'
        f"<title>{text(title)}</title><desc>{text(description)}</desc>{rules}{drawing}</svg>"
    )


def rate_lane(all_series: Sequence[Series], clock: Clock) -> str:
    """Requests a second: planned as an area, sent as a line."""
    rates = [count / series.slice_seconds for series in all_series for count in _counts(series)]
    most = max(rates, default=0) or 1
    scale = Linear(low=0, high=most * 1.05)
    drawing = ""
    for series in all_series:
        planned = list(_steps(series, clock, [piece.planned / series.slice_seconds for piece in series.slices]))
        sent = _steps(series, clock, [piece.sent / series.slice_seconds for piece in series.slices])
        tops = [(x, _y(scale.share(value), RATE_HEIGHT)) for x, value in planned]
        floor = [(x, RATE_HEIGHT) for x, _ in planned]
        drawing += f'<path class="planned" d="{band(floor, tops)}"/>'
        drawing += f'<path class="sent" d="{line((x, _y(scale.share(value), RATE_HEIGHT)) for x, value in sent)}"/>'
    return lane(
        "Requests a second: planned (area), sent (line)",
        f"At most {most:.0f} requests a second.",
        drawing,
        height=RATE_HEIGHT,
        ticks=[(0, "0"), (scale.share(most), f"{most:.0f}")],
    )


def latency_lane(all_series: Sequence[Series], clock: Clock) -> str:
    """p50 and p99, on a scale of decades."""
    values = [value for series in all_series for piece in series.slices for value in (piece.p50, piece.p99) if value]
    scale = decades(values)
    drawing = ""
    for series in all_series:
        middles = [series.started_at + (number + 0.5) * series.slice_seconds for number in range(len(series.slices))]
        for role in ("p99", "p50"):
            points = (
                None if value is None else (clock.x(at), _y(scale.share(value), LATENCY_HEIGHT))
                for at, piece in zip(middles, series.slices, strict=True)
                for value in (piece.p99 if role == "p99" else piece.p50,)
            )
            drawing += f'<path class="{role}" d="{line(points)}"/>'
    worst = max(values, default=None)
    return lane(
        "Latency: p50 (thin), p99 (bold)",
        f"The highest p99 of a second is {milliseconds(worst)}.",
        drawing,
        height=LATENCY_HEIGHT,
        ticks=[(scale.share(tick), _decade(tick)) for tick in scale.ticks],
    )


def outcome_lane(all_series: Sequence[Series], clock: Clock) -> str:
    """How the requests of each second ended, stacked."""
    most = max((piece.planned / series.slice_seconds for series in all_series for piece in series.slices), default=0)
    scale = Linear(low=0, high=(most or 1) * 1.02)
    drawing = "".join(_stack(series, clock, scale) for series in all_series)
    return lane(
        "Outcomes a second",
        "Stacked from below: " + ", ".join(OUTCOMES.values()) + ".",
        drawing,
        height=OUTCOME_HEIGHT,
        ticks=[(0, "0"), (scale.share(most), f"{most:.0f}")],
    )


def _stack(series: Series, clock: Clock, scale: Linear) -> str:
    below = [0.0] * len(series.slices)
    drawing = ""
    for outcome in OUTCOMES:
        counts = [piece.outcomes.get(outcome, 0) / series.slice_seconds for piece in series.slices]
        above = [low + count for low, count in zip(below, counts, strict=True)]
        for first, last in _stretches(counts):
            part = slice(first, last)
            lower = _edge(series, clock, scale, below[part], first)
            upper = _edge(series, clock, scale, above[part], first)
            drawing += f'<path class="area {outcome}" d="{band(lower, upper)}"/>'
            if outcome == "timed_out":
                drawing += f'<path class="hatch" d="{band(lower, upper)}"/>'
        below = above
    return drawing


def _stretches(counts: Sequence[float]) -> Iterator[tuple[int, int]]:
    """The stretches in which something was counted: the rest needs no ink."""
    first = None
    for number, count in enumerate([*counts, 0]):
        if count and first is None:
            first = number
        elif not count and first is not None:
            yield first, number
            first = None


def _edge(
    series: Series, clock: Clock, scale: Linear, values: Sequence[float], first: int
) -> list[tuple[float, float]]:
    return [(x, _y(scale.share(value), OUTCOME_HEIGHT)) for x, value in _steps(series, clock, values, first=first)]


def _steps(series: Series, clock: Clock, values: Sequence[float], *, first: int = 0) -> Iterator[tuple[float, float]]:
    """Both ends of each slice, so that a line through them shows steps."""
    for number, value in enumerate(values, start=first):
        start = series.started_at + number * series.slice_seconds
        yield clock.x(start), value
        yield clock.x(start + series.slice_seconds), value


def _counts(series: Series) -> Iterator[int]:
    for piece in series.slices:
        yield from _of(piece)


def _of(piece: Slice) -> tuple[int, int]:
    return piece.planned, piece.sent


def _y(share: float, height: float) -> float:
    return height * (1 - share)


def _decade(seconds: float) -> str:
    return f"{seconds:g} s" if seconds >= 1 else f"{seconds * 1000:g} ms"
