"""Sends one request of the load by Locust's fast client and tells how it ended."""

import math
import random
from collections.abc import Callable

from gevent import Timeout
from locust.contrib.fasthttp import FastHttpSession

from harness.load.messages import Assignment
from harness.plan.answers import Classified
from harness.plan.arrivals import Arrival, part_phases, request_id_prefix
from harness.plan.requests import PreparedRequest, TargetState
from harness.plan.scenario import Scenario
from harness.record import Outcome, Part, RequestRow

_FAILURES = frozenset({Outcome.FAILED, Outcome.TIMED_OUT, Outcome.SHED})
"""The outcomes that Locust's own tables and charts show as failures."""

_TIMED_OUT = Classified(Outcome.TIMED_OUT, "no_answer_in_time")


class RequestFailedError(Exception):
    """How a request failed, in words that Locust's failure table can group."""


class Client:
    """One session, shared by all requests of a player; the target's instances take turns by the arrival's index."""

    def __init__(
        self,
        scenario: Scenario,
        assignment: Assignment,
        *,
        clock: Callable[[], float],
        report: Callable[..., None],
    ) -> None:
        """`report` is Locust's request event, which feeds its tables and charts."""
        part = assignment.part
        phases = part_phases(scenario, part)
        self._addresses = assignment.addresses
        self._headers = assignment.headers
        self._state = TargetState(document_ids=assignment.documents)
        self._clock = clock
        self._report = report
        self._part = part
        self._prefix = request_id_prefix(scenario, part)
        self._label = scenario.name if part is Part.MAIN else f"{scenario.name}/{part}"
        self._seed = f"{scenario.seed}/{part}"
        self._timeouts = {phase.name: phase.timeout for phase in phases}
        self._kinds = {
            (phase.name, kind.name): kind
            for phase in phases
            for kind in (scenario.requests if phase.requests is None else phase.requests)
        }
        longest = max(self._timeouts.values())
        self.connections = math.ceil(1.5 * longest * max(phase.rate for phase in phases)) + 10
        # The session's own retries would hide failures, and fewer connections than requests would be a hidden queue.
        self._session = FastHttpSession(
            None,
            None,
            None,
            max_retries=0,
            concurrency=self.connections,
            # A second more than the timeout of the whole request, which has the last word on what is late.
            connection_timeout=longest + 1,
            network_timeout=longest + 1,
        )

    def warm_up(self) -> None:
        """Open a connection to every instance: the first request of a process takes 20 to 35 ms longer."""
        for address in self._addresses:
            self._session.request("GET", f"{address}/health/live", catch_response=True)

    def send(self, arrival: Arrival, planned_at: float) -> RequestRow:
        """Send the request of an arrival and wait for its end, at most its phase's timeout."""
        kind = self._kinds[arrival.phase, arrival.request]
        rng = random.Random(f"{self._seed}/{arrival.index}")
        prepared = kind.build(rng, self._state)
        request_id = f"{self._prefix}{arrival.index:06d}"
        sent_at = self._clock()
        status, headers, body, error = self._exchange(arrival, prepared, request_id)
        ended_at = self._clock()
        ended = _TIMED_OUT if isinstance(error, Timeout) else kind.outcome(status, headers, body)
        if status == 0 and error is not None and ended.outcome is Outcome.FAILED:
            ended = ended._replace(reason=type(error).__name__)
        self._tell_locust(arrival, prepared.method, ended, ended_at - planned_at, len(body))
        return RequestRow(
            request_id=request_id,
            part=self._part,
            phase=arrival.phase,
            request=arrival.request,
            caller=arrival.caller,
            planned_at=planned_at,
            sent_at=sent_at,
            ended_at=ended_at,
            status=0 if ended is _TIMED_OUT else status,
            outcome=ended.outcome,
            reason=ended.reason,
            attempts=ended.attempts,
            instance=headers.get("x-instance-id", ""),
            variant=headers.get("x-variant", ""),
        )

    def _exchange(
        self, arrival: Arrival, prepared: PreparedRequest, request_id: str
    ) -> tuple[int, dict[str, str], bytes, BaseException | None]:
        """Status (0 without an answer), headers, body, and what went wrong on the way."""
        address = self._addresses[arrival.index % len(self._addresses)]
        try:
            # The session's timeouts are per operation of the socket; this one is for the whole request.
            with Timeout(self._timeouts[arrival.phase]):
                answer = self._session.request(
                    prepared.method,
                    f"{address}{prepared.path}",
                    data=prepared.body or None,  # type: ignore[arg-type] # bytes are what the client sends in the end
                    headers={
                        **prepared.headers,
                        **self._headers,
                        "X-Request-Id": request_id,
                        "X-Caller-Id": arrival.caller,
                        "Accept-Encoding": "identity",  # what cannot be unpacked would be our failure, not the target's
                    },
                    catch_response=True,
                    allow_redirects=False,
                )
        except Timeout as timeout:
            return 0, {}, b"", timeout
        status: int = answer.status_code
        error: BaseException | None = answer.request_meta["exception"]
        if isinstance(error, Timeout):
            return 0, {}, b"", error
        headers = {} if answer.headers is None else {name.lower(): value for name, value in answer.headers.items()}
        return status, headers, answer.content or b"", error

    def _tell_locust(self, arrival: Arrival, method: str, ended: Classified, latency: float, length: int) -> None:
        failed = ended.outcome in _FAILURES
        self._report(
            request_type=method,
            name=f"{self._label}/{arrival.phase} {arrival.request}",
            response_time=latency * 1000,
            response_length=length,
            exception=RequestFailedError(f"{ended.outcome}: {ended.reason}") if failed else None,
            context={},
        )
