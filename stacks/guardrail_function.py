"""The Lambda function that stops the service when the budget is spent, and the queue that keeps asking it to."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.compute import Compute
from stacks.python_function import python_function

CODE = Path(__file__).with_name("guardrail")

STOPPING = {
    "apprunner": ("apprunner:DescribeService", "apprunner:PauseService"),
    "express": ("ecs:DescribeExpressGatewayService", "ecs:UpdateExpressGatewayService"),
}
"""What it takes on each compute."""

TRIED_EVERY = cdk.Duration.minutes(5)
TRIES = 144
"""Twelve hours of them: no deployment is in the way for so long."""

KEPT = cdk.Duration.days(14)


class GuardrailFunction(Construct):
    """May stop this one service, and nothing else; what fails is kept in `dead_letters` after the last try.

    A topic calls a function again for minutes alone; a deployment, in which nothing can be stopped, takes longer.
    """

    def __init__(self, scope: Construct, construct_id: str, *, compute: Compute, spent: sns.ITopic) -> None:
        super().__init__(scope, construct_id)
        self.function = python_function(
            self,
            code=CODE,
            timeout=cdk.Duration.seconds(30),
            environment={"COMPUTE": compute.kind, "SERVICE_ARN": compute.arn},
        )
        self.function.add_to_role_policy(
            iam.PolicyStatement(actions=list(STOPPING[compute.kind]), resources=[compute.arn])
        )
        self.dead_letters = self._queue("DeadLetters")
        asked = self._queue(
            "Asked",
            visibility_timeout=TRIED_EVERY,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=TRIES),
        )
        spent.add_subscription(subscriptions.SqsSubscription(asked))
        self.function.add_event_source(sources.SqsEventSource(asked))

    def _queue(
        self,
        name: str,
        *,
        visibility_timeout: cdk.Duration | None = None,
        dead_letter_queue: sqs.DeadLetterQueue | None = None,
    ) -> sqs.Queue:
        return sqs.Queue(
            self,
            name,
            retention_period=KEPT,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=visibility_timeout,
            dead_letter_queue=dead_letter_queue,
        )
