"""Every seeded defect: what is wrong, and which criterion of which scenario must notice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tests.defects import breaker, calling

PROVIDER = "breaker"
DATABASE = "breaker-database"


@dataclass(frozen=True, kw_only=True)
class Defect:
    """One wrong part of the service, and by scenario a criterion that fails because of it; others may fail too."""

    apply: Callable[[], None]
    caught_by: Mapping[str, str]


DEFECTS = MappingProxyType(
    {
        defect.apply.__name__: defect
        for defect in (
            Defect(
                apply=breaker.never_opens,
                caught_by={
                    PROVIDER: "time to open embeddings:stable · provider errors",
                    DATABASE: "time to open document_database · database errors",
                },
            ),
            Defect(
                apply=breaker.opens_on_the_first_error,
                caught_by={PROVIDER: "false trips · everyday errors"},
            ),
            Defect(
                apply=breaker.ignores_slow_calls,
                caught_by={PROVIDER: "time to open embeddings:stable · provider slows"},
            ),
            Defect(
                apply=breaker.ignores_timeouts,
                caught_by={PROVIDER: "time to open embeddings:stable · provider hangs"},
            ),
            Defect(
                apply=breaker.counts_the_callers_mistakes,
                caught_by={PROVIDER: "false trips · callers' mistakes"},
            ),
            Defect(
                apply=breaker.half_open_lets_everything_through,
                caught_by={PROVIDER: "probes at once of embeddings:stable"},
            ),
            Defect(
                apply=breaker.leaks_while_open,
                caught_by={
                    PROVIDER: "calls while embeddings:stable is open · provider errors",
                    DATABASE: "calls while document_database is open · database errors",
                },
            ),
            Defect(
                apply=breaker.stays_open_four_times_as_long,
                caught_by={
                    PROVIDER: "time to close embeddings:stable · after provider errors",
                    DATABASE: "time to close document_database · after database hangs",
                },
            ),
            Defect(
                apply=breaker.stays_open_for_a_moment,
                caught_by={PROVIDER: "flaps of embeddings:stable · provider flaps"},
            ),
            Defect(
                apply=calling.never_retries,
                caught_by={PROVIDER: "goodput · everyday errors"},
            ),
            Defect(
                apply=calling.retries_without_a_budget,
                caught_by={PROVIDER: "retries on embeddings · some requests fail"},
            ),
            Defect(
                apply=calling.forgets_the_attempt_timeout,
                caught_by={PROVIDER: "p95 latency · provider hangs"},
            ),
            Defect(
                apply=calling.rejects_slowly,
                caught_by={
                    PROVIDER: "extra latency while open · provider errors",
                    DATABASE: "extra latency while open · database errors",
                },
            ),
            Defect(
                apply=calling.has_no_fallback,
                caught_by={PROVIDER: "availability · provider hangs"},
            ),
            Defect(
                apply=calling.falls_back_for_ever,
                caught_by={PROVIDER: "goodput · recovered"},
            ),
            Defect(
                apply=calling.opens_every_breaker_at_once,
                caught_by={DATABASE: "goodput of embed · database hangs"},
            ),
            Defect(
                apply=calling.sheds_without_saying_when_to_come_back,
                caught_by={DATABASE: "503 says when to retry · database errors"},
            ),
        )
    }
)
