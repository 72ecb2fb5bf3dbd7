"""The rows of the dashboard: traffic, errors, latency, saturation, and what is alarmed on."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_cloudwatch as cloudwatch

from stacks.agent_queue import AgentQueue
from stacks.signals import MINUTE, Signals

PERCENTILES = ("p50", "p95", "p99")


def rows(
    own: Signals,
    platform: Signals | None,
    saturation: Sequence[cloudwatch.IMetric],
    queues: Mapping[str, AgentQueue],
    alarms: Sequence[cloudwatch.IAlarm],
) -> list[list[cloudwatch.IWidget]]:
    """The service's own figures first, then the platform's where it has some."""
    made: list[list[cloudwatch.IWidget]] = [
        [cloudwatch.AlarmStatusWidget(alarms=alarms, width=24, height=3)],
        [*_signals(own, "service"), _graph("AI provider's latency, ms", [_own(own, "AiLatency", "p99")])],
        [
            _graph(
                "Turned away, and breakers that are not closed",
                [_own(own, "Shed"), _own(own, "BreakersOpen", "Maximum")],
            ),
            _graph(
                "Messages that wait",
                [queue.queue.metric_approximate_number_of_messages_visible() for queue in queues.values()],
            ),
            _graph(
                "Age of the oldest, s",
                [queue.queue.metric_approximate_age_of_oldest_message() for queue in queues.values()],
            ),
            _graph(
                "Dead letters",
                [queue.dead_letters.metric_approximate_number_of_messages_visible() for queue in queues.values()],
            ),
        ],
    ]
    of_the_platform = _graph("Saturation, platform", saturation)
    made.append([*_signals(platform, "platform"), of_the_platform] if platform else [of_the_platform])
    return made


def _signals(signals: Signals, who: str) -> list[cloudwatch.IWidget]:
    return [
        _graph(f"Traffic, {who}", [signals.metric(signals.requests, period=MINUTE)]),
        _graph(f"Errors, {who}", [signals.metric(signals.failed, period=MINUTE)]),
        _graph(f"Latency, {who}, ms", signals.latencies(*PERCENTILES, period=MINUTE)),
    ]


def _own(signals: Signals, name: str, statistic: str = "Sum") -> cloudwatch.Metric:
    return signals.metric(name, statistic, period=MINUTE)


def _graph(title: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=metrics, width=6, height=6, period=MINUTE)
