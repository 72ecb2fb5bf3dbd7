"""A topic on which CloudWatch tells people of alarms."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from constructs import Construct

from stacks.notice_topic import NoticeTopic


class AlarmTopic(NoticeTopic):
    """Of this account's alarms in this region, when they begin and when they end."""

    def __init__(self, scope: Construct, construct_id: str, *, email: str) -> None:
        """`email` may be empty."""
        about = f"arn:{cdk.Aws.PARTITION}:cloudwatch:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:alarm:*"
        super().__init__(scope, construct_id, publisher="cloudwatch.amazonaws.com", about=about, email=email)

    def tell_of(self, alarm: cloudwatch.AlarmBase) -> None:
        """Tell of an alarm from now on."""
        alarm.add_alarm_action(actions.SnsAction(self.topic))
        alarm.add_ok_action(actions.SnsAction(self.topic))
