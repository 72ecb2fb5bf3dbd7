import asyncio
from typing import Any

import pytest

from service.reliability.golden_signals import GoldenSignals
from service.reliability.latency_histogram import LatencyHistogram
from service.reliability.latency_window import LatencyWindow
from service.web.embedded_metrics import MOST_VALUES, UNITS, EmbeddedMetrics, Present, Totals, line
from service.web.metrics import Sources
from tests.service import virtual_time

EMBED, LIVE = "POST /api/embeddings", "GET /health/live"


class Alerting:
    alerting = 0


def histogram(*seconds: float) -> LatencyHistogram:
    made = LatencyHistogram()
    for each in seconds:
        made.record(each)
    return made


def told(before: Totals, after: Totals) -> dict[str, Any]:
    return line("staging", 1_000.5, before, after, Present(breakers_open=1, watchdogs_alerting=2))


def test_a_line_tells_what_happened_since_the_one_before() -> None:
    before = Totals(failed=2, shed=1, answered=histogram(0.1), refused=histogram(0.1, 0.1, 0.1))
    after = Totals(failed=5, shed=2, answered=histogram(0.1, 0.2), refused=histogram(*[0.1] * 7), ai=histogram(0.3))
    values = told(before, after)
    assert (values["Requests"], values["Failed"], values["Shed"]) == (5, 3, 1)
    assert (values["BreakersOpen"], values["WatchdogsAlerting"]) == (1, 2)
    assert values["Latency"] == [pytest.approx(200, rel=0.01)]
    assert values["AiLatency"] == [pytest.approx(300, rel=0.01)]
    assert values["Environment"] == "staging"


def test_a_line_declares_each_of_its_metrics_with_its_unit_as_cloudwatch_asks() -> None:
    values = told(Totals(), Totals(answered=histogram(0.1), ai=histogram(0.1)))
    assert values["_aws"]["Timestamp"] == 1_000_500
    (directive,) = values["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Dimensions"]) == ("Ballast", [["Environment"]])
    assert {each["Name"]: each["Unit"] for each in directive["Metrics"]} == UNITS
    assert all(name in values for name in UNITS)


def test_a_latency_of_nothing_is_no_latency() -> None:
    values = told(Totals(), Totals())
    (directive,) = values["_aws"]["CloudWatchMetrics"]
    assert "Latency" not in values
    assert "Latency" not in {each["Name"] for each in directive["Metrics"]}
    assert values["Requests"] == 0


def test_many_latencies_become_a_hundred_with_the_same_quantiles() -> None:
    values = told(Totals(), Totals(answered=histogram(*[0.01] * 9_800, *[1.0] * 200)))["Latency"]
    assert len(values) == MOST_VALUES
    assert sum(value == pytest.approx(1000, rel=0.01) for value in values) == 2


def test_callers_count_and_the_platform_s_probes_do_not_and_the_rest_is_told_at_the_end() -> None:
    lines: list[dict[str, Any]] = []

    async def an_instance() -> None:
        signals = GoldenSignals(now=0.0, open_connections=lambda: 0)
        for template in (EMBED, LIVE):
            signals.declare(template, 0.0)
        metrics = EmbeddedMetrics(
            Sources(
                signals=signals,
                breakers={},
                latencies={"embeddings": LatencyWindow(0.0, duration=60.0)},
                fallbacks={},
                watchdogs=Alerting(),  # type: ignore[arg-type] # nothing else is asked of them
                notices={},
            ),
            environment="staging",
            templates=[EMBED],
            provider="embeddings",
            write=lines.append,
            wall_clock=virtual_time.now,
        )
        await metrics.start()
        for status in (200, 404, 502, 503):
            signals.routes[EMBED].record(status, 0.1, 0.0)
        signals.routes[LIVE].record(200, 0.1, 0.0)
        await asyncio.sleep(25)
        signals.routes[EMBED].record(200, 0.1, 25.0)
        await metrics.stop()

    virtual_time.run(an_instance())
    told = [(each["Requests"], each["Failed"], each["Shed"]) for each in lines]
    assert told == [(4, 1, 1), (0, 0, 0), (1, 0, 0)]
    assert [each["_aws"]["Timestamp"] for each in lines] == [10_000, 20_000, 25_000]
