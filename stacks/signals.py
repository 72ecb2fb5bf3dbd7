"""Traffic, errors and latency, as CloudWatch knows them."""

from collections.abc import Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch

MINUTE = cdk.Duration.minutes(1)

NAMESPACE = "Ballast"
"""Of the figures in the service's log."""

FEWEST = 20
"""Requests of a period without which its share of failures says nothing."""


@dataclass(frozen=True, kw_only=True)
class Signals:
    """Where to read them: requests and failures in a period, and how long requests took, in milliseconds.

    `shed` is what was turned away on purpose, where that is counted apart; None where `failed` has it too.
    """

    namespace: str
    dimensions: dict[str, str]
    requests: str
    failed: str
    shed: str | None
    latency: str

    def metric(self, name: str, statistic: str = "Sum", *, period: cdk.Duration) -> cloudwatch.Metric:
        """A figure over a period."""
        return cloudwatch.Metric(
            namespace=self.namespace,
            metric_name=name,
            dimensions_map=self.dimensions,
            statistic=statistic,
            period=period,
        )

    def failed_share(self, *, period: cdk.Duration) -> cloudwatch.MathExpression:
        """The share of requests that failed; none while there are fewer than FEWEST, which say nothing."""
        return self._share("failed", {"failed": self.failed}, period=period)

    def shed_share(self, shed: str, *, period: cdk.Duration) -> cloudwatch.MathExpression:
        """The share of requests that were turned away, likewise."""
        return self._share("shed", {"shed": shed}, period=period)

    def unserved_share(self, *, period: cdk.Duration) -> cloudwatch.MathExpression:
        """What the error budget pays for, likewise: to a caller, whoever is turned away on purpose is not served."""
        counted = {"failed": self.failed} | ({"shed": self.shed} if self.shed else {})
        return self._share("unserved", counted, period=period)

    def _share(self, label: str, counted: dict[str, str], *, period: cdk.Duration) -> cloudwatch.MathExpression:
        return cloudwatch.MathExpression(
            expression=f"IF(requests >= {FEWEST}, ({' + '.join(counted)}) / requests, 0)",
            using_metrics={
                name: self.metric(metric, period=period)
                for name, metric in {"requests": self.requests, **counted}.items()
            },
            label=f"{label} share",
            period=period,
        )

    def latencies(self, *statistics: str, period: cdk.Duration) -> Sequence[cloudwatch.Metric]:
        """The latency's percentiles."""
        return [self.metric(self.latency, statistic, period=period) for statistic in statistics]


def of_the_service(environment: str) -> Signals:
    """What the service writes into its log."""
    return Signals(
        namespace=NAMESPACE,
        dimensions={"Environment": environment},
        requests="Requests",
        failed="Failed",
        shed="Shed",
        latency="Latency",
    )


def of_app_runner(arn: str) -> Signals:
    """What App Runner counts by itself; what the service turned away has failed for it."""
    parts = cdk.Fn.split("/", arn)
    return Signals(
        namespace="AWS/AppRunner",
        dimensions={"ServiceName": cdk.Fn.select(1, parts), "ServiceID": cdk.Fn.select(2, parts)},
        requests="Requests",
        failed="5xxStatusResponses",
        shed=None,
        latency="RequestLatency",
    )
