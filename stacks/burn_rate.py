"""How fast the error budget goes: alarms of two windows each, after the SRE Workbook.

https://sre.google/workbook/alerting-on-slos/ ("Multiwindow, Multi-Burn-Rate Alerts"): the long window says that much of
the budget is gone, the short one that it still goes.
"""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from stacks.signals import Signals

ERROR_BUDGET = 0.01
"""Share of requests that may fail or be turned away in thirty days, as the service asks of its canaries."""


@dataclass(frozen=True, kw_only=True)
class Burn:
    """So many times faster than the budget lasts, over both windows."""

    name: str
    rate: float
    long: cdk.Duration
    short: cdk.Duration


BURNS = (
    Burn(name="Fast", rate=14.4, long=cdk.Duration.hours(1), short=cdk.Duration.minutes(5)),
    Burn(name="Slow", rate=6, long=cdk.Duration.hours(6), short=cdk.Duration.minutes(30)),
)
"""2 % of the budget in an hour, 5 % in six."""


class BurnRate(Construct):
    """`alarms` are those that tell people, `windows` what they are made of."""

    def __init__(self, scope: Construct, construct_id: str, *, signals: Signals) -> None:
        super().__init__(scope, construct_id)
        self.windows: list[cloudwatch.Alarm] = []
        self.alarms = [self._both_windows(burn, signals) for burn in BURNS]

    def _both_windows(self, burn: Burn, signals: Signals) -> cloudwatch.CompositeAlarm:
        windows = [
            self._window(burn, signals, which, period) for which, period in (("Long", burn.long), ("Short", burn.short))
        ]
        self.windows += windows
        alarming = [cloudwatch.AlarmRule.from_alarm(window, cloudwatch.AlarmState.ALARM) for window in windows]
        return cloudwatch.CompositeAlarm(
            self,
            burn.name,
            alarm_rule=cloudwatch.AlarmRule.all_of(*alarming),
            alarm_description=f"The error budget of thirty days goes {burn.rate:g} times too fast.",
        )

    def _window(self, burn: Burn, signals: Signals, which: str, period: cdk.Duration) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            f"{burn.name}{which}",
            metric=signals.unserved_share(period=period),
            threshold=round(burn.rate * ERROR_BUDGET, 6),
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=f"One window of the alarm {burn.name} of the error budget; it tells nobody by itself.",
        )
