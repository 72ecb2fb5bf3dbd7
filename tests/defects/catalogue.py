"""Every seeded defect: what is wrong, and which criterion of which scenario must notice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tests.defects import breaker, calling, gates, levers, rollouts

PROVIDER = "breaker"
DATABASE = "breaker-database"
GATES = "health-gate"
ROLLBACK = "auto-rollback"
DRILLS = "drills"


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
            Defect(
                apply=gates.counts_passes_that_are_not_consecutive,
                caught_by={GATES: "stays not ready · database flaps"},
            ),
            Defect(
                apply=gates.opens_after_one_pass,
                caught_by={GATES: "passes before document_database opens · database is back"},
            ),
            Defect(
                apply=gates.asks_for_three_times_the_passes,
                caught_by={GATES: "time to ready · after database fails"},
            ),
            Defect(
                apply=gates.lets_every_gate_decide,
                caught_by={GATES: "stays ready · provider fails"},
            ),
            Defect(
                apply=gates.ignores_the_database,
                caught_by={GATES: "time to not ready · database fails"},
            ),
            Defect(
                apply=gates.ignores_the_queue,
                caught_by={GATES: "time to not ready · queue hangs"},
            ),
            Defect(
                apply=gates.takes_on_work_while_not_ready,
                caught_by={GATES: "work taken on while not ready · database fails"},
            ),
            Defect(
                apply=gates.dies_when_it_is_not_ready,
                caught_by={GATES: "goodput of live, health · database fails"},
            ),
            Defect(
                apply=gates.keeps_shedding_some,
                caught_by={GATES: "goodput · recovered"},
            ),
            Defect(
                apply=rollouts.turns_away_who_is_not_on_the_canary,
                caught_by={ROLLBACK: "goodput · canary at 10 %"},
            ),
            Defect(
                apply=rollouts.draws_anew_for_each_request,
                caught_by={ROLLBACK: "callers on both sides · canary at 50 %"},
            ),
            Defect(
                apply=rollouts.serves_three_times_the_weight,
                caught_by={ROLLBACK: "canary's share off plan · canary at 10 %"},
            ),
            Defect(
                apply=rollouts.does_nothing_while_paused,
                caught_by={ROLLBACK: "time to roll back · retries hide a fault"},
            ),
            Defect(
                apply=rollouts.takes_a_fallback_for_an_answer,
                caught_by={ROLLBACK: "time to roll back · canary fails"},
            ),
            Defect(
                apply=rollouts.lets_retries_hide_failures,
                caught_by={ROLLBACK: "time to roll back · retries hide a fault"},
            ),
            Defect(
                apply=rollouts.tells_of_bad_outcomes_late,
                caught_by={ROLLBACK: "requests to the bad canary · canary fails"},
            ),
            Defect(
                apply=rollouts.forgets_the_rollback_at_a_restart,
                caught_by={ROLLBACK: "stays rolled back · instance restarts"},
            ),
            Defect(
                apply=rollouts.goes_on_with_the_canary_where_another_rolled_it_back,
                caught_by={ROLLBACK: "time until every instance stopped · canary fails"},
            ),
            Defect(
                apply=rollouts.rolls_back_in_a_shared_outage,
                caught_by={ROLLBACK: "held and not rolled back · both models fail"},
            ),
            Defect(
                apply=rollouts.never_finds_evidence_for_a_step,
                caught_by={ROLLBACK: "time to success · good canary"},
            ),
            Defect(
                apply=levers.knows_only_what_it_set_itself,
                caught_by={DRILLS: "time to effect · safe mode"},
            ),
            Defect(
                apply=levers.goes_on_after_it_was_taken_back,
                caught_by={DRILLS: "time to undo · brownout, put back"},
            ),
            Defect(
                apply=levers.drains_what_only_reads_too,
                caught_by={DRILLS: "goodput of read_document, embed · write drain"},
            ),
            Defect(
                apply=levers.delivers_what_it_should_hold,
                caught_by={DRILLS: "time to effect · quarantine"},
            ),
            Defect(
                apply=levers.loses_what_it_holds,
                caught_by={DRILLS: "lost while held · quarantine"},
            ),
            Defect(
                apply=levers.forgets_who_did_it_and_why,
                caught_by={DRILLS: "gaps in the audit"},
            ),
        )
    }
)
