"""What watches the service: a dashboard of its golden signals, and alarms that tell people and stop deployments."""

from collections.abc import Iterable, Mapping

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from stacks.agent_queue import AgentQueue
from stacks.alarm_topic import AlarmTopic
from stacks.alarms import BreakerAlarm, QueueAlarms, SignalAlarms
from stacks.burn_rate import BurnRate
from stacks.compute import Compute
from stacks.deployment import Deployment
from stacks.golden_signals import rows
from stacks.signals import of_the_service


class ObservabilityStack(cdk.Stack):
    """Alarms on what the service says of itself and, where there is such, on what the platform says of it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        queues: Mapping[str, AgentQueue],
        compute: Compute,
    ) -> None:
        super().__init__(scope, construct_id)
        own = of_the_service(deployment.environment)
        minutes = SignalAlarms(self, "Service", signals=own).alarms
        if compute.signals:
            minutes += SignalAlarms(self, "Platform", signals=compute.signals).alarms
        waiting = [
            alarm
            for agent, queue in queues.items()
            for alarm in QueueAlarms(self, f"Agent-{agent}", agent=agent, queue=queue).alarms
        ]
        breaker = BreakerAlarm(self, "Breaker", signals=own).alarm
        budget = BurnRate(self, "Burn", signals=compute.signals or own)
        telling: list[cloudwatch.AlarmBase] = [*minutes, breaker, *waiting, *budget.alarms]
        topic = AlarmTopic(self, "Alarms", email=deployment.alarm_email)
        for alarm in telling:
            topic.tell_of(alarm)
        cloudwatch.Dashboard(
            self,
            "Dashboard",
            widgets=rows(own, compute.signals, compute.saturation, queues, [*telling, *budget.windows]),
        )
        cdk.CfnOutput(self, "RollbackAlarmArns", value=_listed(alarm.alarm_arn for alarm in minutes))
        cdk.CfnOutput(self, "AlarmNames", value=_listed(alarm.alarm_name for alarm in [*telling, *budget.windows]))


def _listed(names: Iterable[str]) -> str:
    return ",".join(names)
