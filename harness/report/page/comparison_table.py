"""With and without the layer, side by side."""

from collections.abc import Callable, Iterator

from harness.report.comparison import Pair, tells_cpu
from harness.report.figures import microseconds, milliseconds, percent
from harness.report.page.markup import section, table, tag, text

HEAD = ("Phase", "p99 latency", "Got an answer", "Got the real answer", "Calls wasted on a failing dependency")

CPU = "CPU time a request"

Show = Callable[[float | None], str]


def comparison_section(pairs: list[Pair]) -> str:
    """The same faults and rates, met by both; nothing when the scenario has no contrast."""
    if not pairs:
        return ""
    key = tag(
        "p",
        tag("span", tag("i", class_="swatch with"), "with the layer", class_="key"),
        tag("span", tag("i", class_="swatch without"), "the same service without it", class_="key"),
        class_="keys",
    )
    slowest = max((figures.p99 or 0 for pair in pairs for figures in (pair.with_layer, pair.without)), default=0)
    cpu = [figures.cpu_per_request or 0 for pair in pairs for figures in (pair.with_layer, pair.without)]
    most_cpu = max(cpu) if tells_cpu(pairs) else None
    most = max((wasted for pair in pairs for wasted in (pair.wasted_with, pair.wasted_without)), default=0)
    return section(
        "comparison",
        "With and without the layer",
        "The twin runs the same code without the reliability layer and meets the same requests, rates and faults. "
        "It is shown for comparison and never judged. Calls are counted for the same length of time.",
        key,
        table(
            HEAD if most_cpu is None else (*HEAD, CPU),
            (_row(pair, slowest, most, most_cpu) for pair in pairs),
            class_="pairs",
            caption="With and without the layer",
        ),
    )


def _row(pair: Pair, slowest: float, most: float, most_cpu: float | None) -> Iterator[str]:
    with_layer, without = pair.with_layer, pair.without
    faults = text("; ".join(with_layer.faults) or "nothing fails")
    yield tag("span", text(with_layer.phase), class_="what") + tag("small", faults)
    yield _bars(with_layer.p99, without.p99, slowest, milliseconds)
    yield _bars(with_layer.availability, without.availability, 1, _share)
    yield _bars(with_layer.goodput, without.goodput, 1, _share)
    yield _bars(pair.wasted_with, pair.wasted_without, most, _count)
    if most_cpu is not None:
        yield _bars(with_layer.cpu_per_request, without.cpu_per_request, most_cpu, microseconds)


def _bars(with_layer: float | None, without: float | None, whole: float, show: Show) -> str:
    return tag("span", _bar("with", with_layer, whole, show), _bar("without", without, whole, show), class_="bars")


def _bar(role: str, value: float | None, whole: float, show: Show) -> str:
    share = (value or 0) / whole if whole > 0 else 0
    return tag(
        "span",
        tag("span", f"{role} the layer: ", class_="unseen"),
        tag("span", tag("i", class_=f"swatch {role}", style=f"width:{share:.1%}"), class_="lane", aria_hidden="true"),
        tag("span", show(value), class_="figure"),
        class_="bar",
    )


def _share(value: float | None) -> str:
    return "—" if value is None else percent(value)


def _count(value: float | None) -> str:
    return "—" if value is None else f"{value:,.0f}"
