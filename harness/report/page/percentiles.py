"""Latency of each phase over a scale of nines, and the same as a table."""

import math
from collections.abc import Iterator, Sequence

from harness.measures.phase_figures import PhaseFigures
from harness.record import Part
from harness.report.figures import milliseconds, percent
from harness.report.page.markup import section, table, tag, text
from harness.report.page.outcomes import outcome_bar
from harness.report.page.scale import WIDTH, Decades, Linear, decades, line

HEIGHT = 320.0

HEAD = ("Phase", "Requests", "How they ended", "Got an answer", "p50", "p90", "p99", "p99.9", "Slowest")

HUES = 6
"""Lines that are told apart by colour before the colours begin again; each line ends in its phase's number as well."""


def percentiles_section(figures: Sequence[PhaseFigures]) -> str:
    """The plot and the table; nothing when no phase ran."""
    numbered = list(enumerate(figures, start=1))
    shown = [(number, phase) for number, phase in numbered if phase.curve]
    if not shown:
        return ""
    return section(
        "percentiles",
        "Latency by percentile",
        "Each nine to the right is ten times rarer. A line ends at its phase's slowest request, with the phase's "
        "number; dashed lines are the same phases without the layer. Thin grey lines are the phases without a fault.",
        tag("figure", _plot(shown)),
        table(HEAD, (_row(number, phase) for number, phase in numbered), class_="figures", caption="Figures by phase"),
    )


def _plot(shown: Sequence[tuple[int, PhaseFigures]]) -> str:
    rows = max(phase.requests for _, phase in shown)
    nines = Linear(low=0, high=max(1.0, math.log10(rows)) * 1.04)
    scale = decades(latency for _, phase in shown for _, latency in phase.curve)
    hues = _hues(phase for _, phase in shown)
    lines = "".join(
        f'<path class="{_classes(phase, hues)}" d="{line(_points(phase, nines, scale))}">'
        f"<title>{number} {text(phase.phase)}</title></path>"
        for number, phase in shown
    )
    quantiles = [0.0, 0.5, *(1 - 10.0**-power for power in range(1, math.floor(nines.high) + 1))]
    ticks = [(_nines(quantile), f"{100 * quantile:.6g}%") for quantile in quantiles]
    uprights = "".join(
        f'<line class="rule" x1="{WIDTH * nines.share(power):.1f}" x2="{WIDTH * nines.share(power):.1f}" y1="0" '
        f'y2="{HEIGHT:g}"/>'
        for power, _ in ticks
    )
    levels = "".join(
        f'<line class="rule" x1="0" x2="{WIDTH:g}" y1="{HEIGHT * (1 - scale.share(tick)):.1f}" '
        f'y2="{HEIGHT * (1 - scale.share(tick)):.1f}"/>'
        for tick in scale.ticks
    )
    told = "; ".join(
        f"{phase.phase}: p50 {milliseconds(phase.p50)}, p99 {milliseconds(phase.p99)}" for _, phase in shown
    )
    drawing = (
        f'<svg class="drawing" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" preserveAspectRatio="none" role="img" '
        f'style="height:{HEIGHT:g}px" aria-label="Latency by percentile"><title>Latency by percentile</title>'
        f"<desc>{text(told)}</desc>{uprights}{levels}{lines}</svg>"
    )
    return tag(
        "div",
        tag("div", *_levels(scale), class_="scale", aria_hidden="true", style=f"height:{HEIGHT:g}px"),
        tag("div", drawing, *_ends(shown, nines, scale, hues), class_="plot"),
        tag("div", class_="corner"),
        tag(
            "div",
            *(tag("span", label, style=f"left:{nines.share(power):.1%}") for power, label in ticks),
            class_="axis",
            aria_hidden="true",
        ),
        class_="percentiles",
    )


def _hues(phases: Iterator[PhaseFigures]) -> dict[str, int]:
    """A colour for each name of a phase with a fault, the same in both parts."""
    names = dict.fromkeys(phase.phase for phase in phases if phase.faults)
    return {name: number % HUES for number, name in enumerate(names)}


def _classes(phase: PhaseFigures, hues: dict[str, int]) -> str:
    hue = f"hue-{hues[phase.phase]}" if phase.phase in hues else "calm"
    return f"curve {hue}" + (" twin" if phase.part is Part.CONTRAST else "")


def _points(phase: PhaseFigures, nines: Linear, scale: Decades) -> Iterator[tuple[float, float]]:
    for quantile, latency in phase.curve:
        yield WIDTH * nines.share(_nines(quantile)), HEIGHT * (1 - scale.share(latency))


def _nines(quantile: float) -> float:
    return -math.log10(max(1 - quantile, 1e-9))


def _levels(scale: Decades) -> Iterator[str]:
    for tick in scale.ticks:
        label = f"{tick:g} s" if tick >= 1 else f"{tick * 1000:g} ms"
        yield tag("span", label, style=f"bottom:{scale.share(tick):.1%}")


def _ends(
    shown: Sequence[tuple[int, PhaseFigures]], nines: Linear, scale: Decades, hues: dict[str, int]
) -> Iterator[str]:
    """The numbers at the ends of the lines, moved apart where they would hide each other."""
    gap_x, gap_y = 0.026, 0.052
    taken: list[tuple[float, float]] = []
    faulty = [(number, phase) for number, phase in shown if phase.faults] or shown
    for number, phase in sorted(faulty, key=lambda item: -item[1].curve[-1][1]):
        quantile, latency = phase.curve[-1]
        x, y = nines.share(_nines(quantile)), scale.share(latency)
        while any(abs(x - other_x) < gap_x and abs(y - other_y) < gap_y for other_x, other_y in taken):
            y -= gap_y / 4
        taken.append((x, y))
        yield tag(
            "b",
            str(number),
            class_=f"end {_classes(phase, hues)}",
            style=f"left:{x:.1%};bottom:{y:.1%}",
            title=phase.phase,
            aria_hidden="true",
        )


def _row(number: int, phase: PhaseFigures) -> Iterator[str]:
    twin = tag("small", "without the layer") if phase.part is Part.CONTRAST else ""
    faults = tag("small", text("; ".join(phase.faults)), class_="fault-name") if phase.faults else ""
    yield tag("b", str(number), class_="number") + tag("span", text(phase.phase), class_="what") + twin + faults
    yield f"{phase.requests:,}"
    yield outcome_bar(phase.outcomes)
    yield "—" if phase.availability is None else percent(phase.availability)
    yield from (milliseconds(latency) for latency in (phase.p50, phase.p90, phase.p99, phase.p999, phase.slowest))
