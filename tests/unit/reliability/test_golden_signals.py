import pytest

from service.reliability.golden_signals import UNMATCHED, GoldenSignals

READ = "GET /api/documents/{id}"
EMBED = "POST /api/embeddings"


@pytest.fixture
def signals() -> GoldenSignals:
    signals = GoldenSignals(now=0.0, open_connections=lambda: 7)
    for template in (READ, EMBED):
        signals.declare(template, 0.0)
    return signals


def test_requests_are_counted_by_template_and_kind_of_answer(signals: GoldenSignals) -> None:
    for status in (200, 201, 304, 400, 404, 499, 500):
        signals.routes[READ].record(status, 0.01, 1.0)
    read = signals.figures(1.0).routes[READ]
    assert (read.requests, read.client_errors, read.server_errors, read.problems) == (7, 3, 1, {})
    assert signals.figures(1.0).routes[EMBED].requests == 0


def test_what_was_turned_away_on_purpose_is_told_apart_from_what_failed(signals: GoldenSignals) -> None:
    for status in (500, 502, 503, 503, 504):
        signals.routes[READ].record(status, 0.01, 1.0)
    read = signals.figures(1.0).routes[READ]
    assert (read.server_errors, read.shed) == (5, 2)


def test_errors_are_counted_by_the_kind_of_problem_that_was_answered(signals: GoldenSignals) -> None:
    for status, problem in ((404, "not_found"), (503, "not_ready"), (503, "not_ready"), (500, ""), (200, "not_ready")):
        signals.routes[READ].record(status, 0.01, 1.0, problem)
    assert signals.figures(1.0).routes[READ].problems == {"not_found": 1, "not_ready": 2}


def test_quick_refusals_do_not_make_answers_look_quick(signals: GoldenSignals) -> None:
    signals.routes[EMBED].record(200, 0.4, 1.0)
    for _ in range(100):
        signals.routes[EMBED].record(503, 0.001, 1.0)
    embed = signals.figures(1.0).routes[EMBED]
    assert embed.success.p50 == pytest.approx(0.4, rel=0.01)
    assert embed.failure.p50 == pytest.approx(0.001, rel=0.01)
    assert (embed.success.count, embed.failure.count) == (1, 100)


def test_there_is_a_place_for_what_no_template_names(signals: GoldenSignals) -> None:
    signals.routes[UNMATCHED].record(404, 0.001, 1.0)
    figures = signals.figures(1.0)
    assert figures.routes[UNMATCHED].client_errors == 1
    assert [*figures.routes] == [UNMATCHED, READ, EMBED]


def test_quantiles_are_of_the_last_minute_and_counts_of_the_whole_life(signals: GoldenSignals) -> None:
    signals.routes[READ].record(200, 3.0, 1.0)
    assert signals.figures(59.9).routes[READ].success.p99 == pytest.approx(3.0, rel=0.01)
    later = signals.figures(60.0).routes[READ]
    assert (later.success.p99, later.success.count, later.requests) == (None, 1, 1)


def test_saturation_is_what_is_in_flight_and_connected(signals: GoldenSignals) -> None:
    signals.in_flight += 2
    figures = signals.figures(1.0)
    assert (figures.in_flight, figures.open_connections) == (2, 7)
    assert (signals.in_flight, signals.open_connections) == (2, 7)


def test_a_template_that_is_declared_again_keeps_its_counts(signals: GoldenSignals) -> None:
    signals.routes[READ].record(200, 0.01, 1.0)
    signals.routes[READ].record(404, 0.01, 1.0)
    signals.declare(READ, 2.0)
    assert signals.routes[READ].requests == 2
