"""What keeps the bill within the budget: told half-way and near its end, and the service stopped at its end."""

import aws_cdk as cdk
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.alarm_topic import AlarmTopic
from stacks.alarms import GuardrailAlarms
from stacks.compute import Compute
from stacks.deployment import Deployment
from stacks.guardrail_function import GuardrailFunction
from stacks.notice_topic import NoticeTopic

TOLD_AT = (50, 80)
"""Percent of the budget."""

STOPPED_AT = 100


class GuardrailsStack(cdk.Stack):
    """The budget is of the whole account: costs know no deployment. They are known up to a day late."""

    def __init__(self, scope: Construct, construct_id: str, *, deployment: Deployment, compute: Compute) -> None:
        super().__init__(scope, construct_id)
        told = self._topic("Told", email=deployment.alarm_email)
        spent = self._topic("Spent", email=deployment.alarm_email)
        guardrail = GuardrailFunction(self, "Guardrail", compute=compute, spent=spent.topic)
        self._alarm(guardrail, email=deployment.alarm_email)
        budget = budgets.CfnBudget(
            self,
            "Budget",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=deployment.budget, unit="USD"),
                # Credits are money too: with them counted, nothing is spent until they are gone.
                cost_types=budgets.CfnBudget.CostTypesProperty(include_credit=False, include_refund=False),
            ),
            notifications_with_subscribers=[
                *(_notification(percent, told.topic) for percent in TOLD_AT),
                _notification(STOPPED_AT, spent.topic),
            ],
        )
        budget.node.add_dependency(told, spent)  # their policies too: a topic that refuses is refused
        cdk.CfnOutput(self, "BudgetName", value=budget.ref)

    def _alarm(self, guardrail: GuardrailFunction, *, email: str) -> None:
        topic = AlarmTopic(self, "Failing", email=email)
        for alarm in GuardrailAlarms(self, "Alarms", guardrail=guardrail).alarms:
            topic.tell_of(alarm)

    def _topic(self, name: str, *, email: str) -> NoticeTopic:
        about = f"arn:{self.partition}:budgets::{self.account}:*"
        return NoticeTopic(self, name, publisher="budgets.amazonaws.com", about=about, email=email)


def _notification(percent: int, topic: sns.ITopic) -> budgets.CfnBudget.NotificationWithSubscribersProperty:
    return budgets.CfnBudget.NotificationWithSubscribersProperty(
        notification=budgets.CfnBudget.NotificationProperty(
            notification_type="ACTUAL",
            comparison_operator="GREATER_THAN",
            threshold=percent,
            threshold_type="PERCENTAGE",
        ),
        subscribers=[budgets.CfnBudget.SubscriberProperty(subscription_type="SNS", address=topic.topic_arn)],
    )
