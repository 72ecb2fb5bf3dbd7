"""The criteria about one breaker, and the requests of a run that they are asked about."""

from harness.criteria.calls_while_open import CallsWhileOpen
from harness.criteria.openings import FalseTrips, Flaps
from harness.criteria.probes_at_once import ProbesAtOnce
from harness.criteria.time_to_close import TimeToClose
from harness.criteria.time_to_open import TimeToOpen
from harness.record import Outcome
from tests.harness.rows import BREAKER, PHASE, request

OPENS = TimeToOpen(breaker=BREAKER, phase=PHASE, at_most=2.0)
CLOSES = TimeToClose(breaker=BREAKER, after=PHASE, at_most=4.0)
LETS_THROUGH = CallsWhileOpen(breaker=BREAKER, phase=PHASE, at_most=1)
PROBES = ProbesAtOnce(breaker=BREAKER, phases=(PHASE,), at_most=3)
TRIPS = FalseTrips(phase=PHASE)
FLAPS = Flaps(breaker=BREAKER, phase=PHASE, at_most=2)
BUSY = [request(f"r{number}", number / 10, instance="ab"[number % 2]) for number in range(100)]
TURNED_AWAY = [
    request(f"t{number}", 3 + number / 10, outcome=Outcome.FALLBACK, reason="circuit_open", attempts=0)
    for number in range(20)
]
