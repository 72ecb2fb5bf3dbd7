"""What happened when: phases, faults, rates, latencies, outcomes, breakers, gates and rollouts over one time axis."""

from collections.abc import Iterator

from harness.measures.series import Series
from harness.record import Part, PhaseSpan
from harness.report.figures import milliseconds, span
from harness.report.page.breaker_lanes import STATE_KEY, breaker_lanes
from harness.report.page.fleet_lanes import READINESS_KEY, readiness_lanes, weight_lanes
from harness.report.page.lanes import Clock, latency_lane, outcome_lane, rate_lane
from harness.report.page.markup import section, tag, text
from harness.report.page.outcomes import OUTCOMES
from harness.report.page.scale import WIDTH, time_ticks
from harness.results import Results

TYPICAL_WIDTH = 1050.0
"""Pixels of the time axis on a laptop's screen."""

LETTER_WIDTH = 6.0
"""Pixels of a letter in a phase's name, with its share of the margins."""


def timeline_section(results: Results) -> str:
    """The whole run, the contrast at its right end; nothing when no phase ran."""
    if not results.series:
        return ""
    clock = Clock(
        start=min(phase.started_at for phase in results.phases), end=max(phase.ended_at for phase in results.phases)
    )
    lanes = [
        rate_lane(results.series, clock),
        latency_lane(results.series, clock),
        outcome_lane(results.series, clock),
        *breaker_lanes(results.breakers, clock),
        *readiness_lanes(results.readiness, clock),
        *weight_lanes(results.rollouts, clock),
    ]
    figure = tag(
        "div",
        tag("div", *_bands(results, clock), class_="bands", aria_hidden="true"),
        _phase_row(results, clock),
        *lanes,
        _axis(clock),
        tag("div", _slices(results.series, clock), class_="slices"),
        class_="timeline",
    )
    return section(
        "timeline",
        "Timeline",
        "Latency counts from the instant at which a request was planned, so that a stall shows in full. "
        "Requests stand in the second in which they were planned. Hatched bands: a fault is active.",
        tag("figure", figure, tag("figcaption", _keys(results), _phase_list(results))),
    )


def _bands(results: Results, clock: Clock) -> Iterator[str]:
    for fault in results.faults:
        yield tag("span", class_="fault", style=clock.place(fault.started_at, fault.ended_at))
    for phase in results.phases:
        yield tag("span", class_="boundary", style=clock.place(phase.started_at, phase.started_at))
    contrast = [phase for phase in results.phases if phase.part is Part.CONTRAST]
    if contrast:
        start, end = contrast[0].started_at, contrast[-1].ended_at
        yield tag("span", tag("b", "without the layer"), class_="contrast", style=clock.place(start, end))


def _phase_row(results: Results, clock: Clock) -> str:
    marks = [
        tag(
            "span",
            tag("b", str(number)),
            tag("span", text(phase.phase), class_="name") if _fits(phase, clock) else "",
            style=clock.place(phase.started_at, phase.ended_at),
            title=phase.phase,
        )
        for number, phase in enumerate(results.phases, start=1)
    ]
    return tag("div", class_="title") + tag("div", *marks, class_="phases", aria_hidden="true")


def _fits(phase: PhaseSpan, clock: Clock) -> bool:
    """Whether the name's longest word fits above the phase; the list below names them all."""
    width = TYPICAL_WIDTH * (clock.share(phase.ended_at) - clock.share(phase.started_at))
    return max(map(len, phase.phase.split()), default=0) * LETTER_WIDTH <= width


def _axis(clock: Clock) -> str:
    ticks = [
        tag("span", f"{tick:g}" + (" s" if not tick else ""), style=f"left:{tick / clock.seconds:.2%}")
        for tick in time_ticks(clock.seconds)
    ]
    return tag("div", class_="title") + tag("div", *ticks, class_="axis", aria_hidden="true")


def _slices(all_series: list[Series], clock: Clock) -> str:
    """Invisible columns that tell their figures to a pointer that rests on them."""
    columns = []
    for series in all_series:
        for number, piece in enumerate(series.slices):
            if not piece.planned:
                continue
            at = series.started_at - clock.start + number * series.slice_seconds
            told = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in piece.outcomes.items())
            columns.append(
                f'<rect x="{WIDTH * at / clock.seconds:.1f}" width="{WIDTH * series.slice_seconds / clock.seconds:.1f}"'
                f' height="10"><title>{at:.0f} s: {piece.planned} planned; p50 {milliseconds(piece.p50)}, '
                f"p99 {milliseconds(piece.p99)}; {told}</title></rect>"
            )
    return (
        f'<svg viewBox="0 0 {WIDTH:g} 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f"{''.join(columns)}</svg>"
    )


def _keys(results: Results) -> str:
    """What the colours and heights mean, as far as they occur."""
    ended = {outcome for figures in results.figures for outcome in figures.outcomes}
    states = {state.state for card in results.breakers for state in card.states}
    keys = [
        tag("span", tag("i", class_=f"swatch {outcome}"), text(meaning), class_="key")
        for outcome, meaning in OUTCOMES.items()
        if outcome in ended
    ]
    keys += [
        tag("span", tag("i", class_=f"state {state}"), text(told), class_="key")
        for state, told in STATE_KEY
        if state in states
    ]
    if results.readiness:
        keys += [
            tag("span", tag("i", class_=f"state {state}"), text(told), class_="key") for state, told in READINESS_KEY
        ]
    return tag("p", *keys, class_="keys")


def _phase_list(results: Results) -> str:
    faults = {(fault.part, fault.phase): fault.fault for fault in results.faults}
    items = []
    for number, phase in enumerate(results.phases, start=1):
        fault = faults.get((phase.part, phase.phase))
        told = tag("span", text(fault), class_="fault-name") if fault else ""
        twin = tag("span", "without the layer", class_="muted") if phase.part is Part.CONTRAST else ""
        length = tag("span", span(phase.ended_at - phase.started_at), class_="muted")
        words = tag("span", text(phase.phase), " ", length, " ", twin, " ", told)
        items.append(tag("li", tag("b", str(number)), words))
    return tag("ol", *items, class_="phase-list")
