from collections import defaultdict

import pytest

from harness.criteria.criterion import Verdict
from harness.results import RunVerdict, assess
from tests.harness.breaker_model import Behaviour
from tests.harness.story import CRITERIA, story
from tests.harness.synthetic_phases import CONTRAST
from tests.harness.synthetic_run import synthetic_run

ERRORS = "provider errors"
HANGS = "provider hangs"
OPENS_ON_ERRORS = f"time to open embeddings:stable · {ERRORS}"
OPENS_ON_HANGS = f"time to open embeddings:stable · {HANGS}"
CLOSES = f"time to close embeddings:stable · after {ERRORS}"
LETS_THROUGH = f"calls while embeddings:stable is open · {ERRORS}"
PROBES = "probes at once of embeddings:stable"
FLAPS = "flaps of embeddings:stable · flapping"
RETRIES = "retries on embeddings · some requests fail"
GOODPUT = "goodput · recovered"

DEFECTS = {
    "never opens": (Behaviour(consecutive_failures=None), {OPENS_ON_ERRORS, OPENS_ON_HANGS}),
    "opens on the first failure": (Behaviour(consecutive_failures=1), {"false trips · healthy", GOODPUT}),
    "opens late": (Behaviour(consecutive_failures=25), {OPENS_ON_ERRORS}),
    "does not count what never answers": (Behaviour(counts_hangs=False), {OPENS_ON_HANGS}),
    "waits too long for an attempt": (Behaviour(attempt_seconds=1.2), {OPENS_ON_HANGS, f"p99 latency · {HANGS}"}),
    "lets calls through while open": (Behaviour(keeps_out=False), {LETS_THROUGH}),
    "lets all through when half open": (Behaviour(max_probes=1000), {PROBES}),
    "stays open too long": (Behaviour(open_seconds=25.0), {CLOSES}),
    "never closes again": (Behaviour(successes_to_close=100_000), {CLOSES, GOODPUT}),
    "opens and closes at every twitch": (Behaviour(open_seconds=0.3), {FLAPS}),
    "counts the caller's mistakes": (Behaviour(counts_refused_input=True), {"false trips · caller mistakes"}),
    "retries without end": (Behaviour(max_retries=5), {RETRIES, GOODPUT}),
    "rejects slowly": (Behaviour(rejection_seconds=0.05), {f"extra latency while open · {ERRORS}"}),
    "has no fallback": (Behaviour(shed_without_retry_after=True), {f"availability · {ERRORS}"}),
    "fails whoever does not need the provider": (
        Behaviour(shares_its_fate=True),
        {f"availability · {ERRORS}", f"goodput of read_document · {ERRORS}"},
    ),
    "is slow": (Behaviour(healthy_seconds=0.2), {"p99 latency · healthy"}),
}


def failing(behaviour: Behaviour) -> set[str]:
    results = assess(story(), synthetic_run(behaviour=behaviour))
    return {judged.name for judged in results.criteria if judged.finding.verdict is Verdict.FAIL}


def test_a_service_that_behaves_passes_every_criterion() -> None:
    results = assess(story(), synthetic_run(contrast=CONTRAST))
    assert [judged.finding.verdict for judged in results.criteria] == [Verdict.PASS] * len(CRITERIA)
    assert results.verdict is RunVerdict.PASS
    assert all(check.holds and check.compared > 0 for check in results.checks)


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_the_verdict_does_not_hang_on_the_seed(seed: int) -> None:
    assert assess(story(), synthetic_run(contrast=CONTRAST, seed=seed)).verdict is RunVerdict.PASS


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_fails_the_criteria_that_are_about_it(defect: str) -> None:
    behaviour, expected = DEFECTS[defect]
    assert failing(behaviour) == expected


def test_each_criterion_is_failed_by_some_defect_and_no_two_by_the_same_ones() -> None:
    caught = defaultdict(set)
    for defect, (_, criteria) in DEFECTS.items():
        for criterion in criteria:
            caught[criterion].add(defect)
    assert set(caught) == {criterion.name for criterion in CRITERIA}
    assert len({frozenset(defects) for defects in caught.values()}) == len(caught)
