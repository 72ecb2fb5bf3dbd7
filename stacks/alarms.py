"""The alarms of minutes: on golden signals, on breakers, on an agent's queue, and on the guardrail."""

from collections.abc import Iterator

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from stacks.agent_queue import AgentQueue
from stacks.guardrail_function import TRIED_EVERY, GuardrailFunction
from stacks.signals import MINUTE, Signals

FAILED_SHARE = 0.05
SHED_SHARE = 0.2
"""More than a peak sheds until another instance has started, and less than an outage that answers only 503."""

BREAKER_OPEN = 5
"""Minutes: several probes of a breaker have failed by then."""

SLOW = 1000
"""Milliseconds that 99 % of the requests must not exceed, as the service asks of its canaries."""

WAITS_TOO_LONG = cdk.Duration.minutes(15)


class SignalAlarms(Construct):
    """Three bad minutes out of five, told soon enough to stop a deployment; each is of what a bad revision does."""

    def __init__(self, scope: Construct, construct_id: str, *, signals: Signals) -> None:
        super().__init__(scope, construct_id)
        errors = _alarm(
            self,
            "Errors",
            signals.failed_share(period=MINUTE),
            above=FAILED_SHARE,
            told=f"More than {FAILED_SHARE:.0%} of the requests fail ({signals.namespace}).",
            minutes=5,
            bad=3,
        )
        (p99,) = signals.latencies("p99", period=MINUTE)
        latency = _alarm(
            self,
            "Latency",
            p99,
            above=SLOW,
            told=f"The slowest hundredth of the requests takes more than {SLOW} ms ({signals.namespace}).",
            minutes=5,
            bad=3,
        )

        self.alarms = [errors, latency, *self._shed(signals)]

    def _shed(self, signals: Signals) -> Iterator[cloudwatch.Alarm]:
        if signals.shed is not None:
            yield _alarm(
                self,
                "Shed",
                signals.shed_share(signals.shed, period=MINUTE),
                above=SHED_SHARE,
                told=f"More than {SHED_SHARE:.0%} of the requests are turned away ({signals.namespace}).",
                minutes=5,
                bad=3,
            )


class BreakerAlarm(Construct):
    """On a breaker that stays open: a dependency is down, whichever revision runs, so it stops no deployment."""

    def __init__(self, scope: Construct, construct_id: str, *, signals: Signals) -> None:
        """`signals` are the service's own: no platform knows of breakers."""
        super().__init__(scope, construct_id)
        self.alarm = _alarm(
            self,
            "Open",
            signals.metric("BreakersOpen", "Maximum", period=MINUTE),
            above=0,
            told=f"A breaker has not been closed for {BREAKER_OPEN} minutes.",
            minutes=BREAKER_OPEN,
            bad=BREAKER_OPEN,
        )


class QueueAlarms(Construct):
    """On dead letters, the first of which is one too many, and on messages that nobody takes."""

    def __init__(self, scope: Construct, construct_id: str, *, agent: str, queue: AgentQueue) -> None:
        super().__init__(scope, construct_id)
        dead = queue.dead_letters.metric_approximate_number_of_messages_visible(statistic="Maximum", period=MINUTE)
        oldest = queue.queue.metric_approximate_age_of_oldest_message(statistic="Maximum", period=MINUTE)
        self.alarms = [
            _alarm(self, "DeadLetters", dead, above=0, told=f"The {agent} has refused messages for good."),
            _alarm(
                self,
                "Oldest",
                oldest,
                above=WAITS_TOO_LONG.to_seconds(),
                told=f"A message waits for the {agent} for more than {WAITS_TOO_LONG.to_minutes()} minutes.",
            ),
        ]


class GuardrailAlarms(Construct):
    """On a spent budget that stopped nothing: while stopping the service fails, and when nobody tries any more."""

    def __init__(self, scope: Construct, construct_id: str, *, guardrail: GuardrailFunction) -> None:
        super().__init__(scope, construct_id)
        dead = guardrail.dead_letters.metric_approximate_number_of_messages_visible(statistic="Maximum", period=MINUTE)
        self.alarms = [
            _alarm(
                self,
                "Errors",
                # A period has one try at least: the alarm does not end between two of them.
                guardrail.function.metric_errors(statistic="Sum", period=TRIED_EVERY.plus(MINUTE)),
                above=0,
                told="The budget is spent, and the service could not be stopped yet; it is tried again.",
            ),
            _alarm(
                self,
                "DeadLetters",
                dead,
                above=0,
                told="The budget is spent, the service was never stopped, and nobody tries any more: stop it by hand.",
            ),
        ]


def _alarm(
    scope: Construct,
    name: str,
    metric: cloudwatch.IMetric,
    *,
    above: float,
    told: str,
    minutes: int = 1,
    bad: int = 1,
) -> cloudwatch.Alarm:
    return cloudwatch.Alarm(
        scope,
        name,
        metric=metric,
        threshold=above,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluation_periods=minutes,
        datapoints_to_alarm=bad,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,  # without traffic there is nothing wrong
        alarm_description=told,
    )
