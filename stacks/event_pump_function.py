"""The Lambda function that pushes an agent's messages to it: an instance without CPU between requests cannot poll."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from stacks.agent_queue import AgentQueue
from stacks.event_pump_times import DELIVERY, MAX_RECEIVES
from stacks.python_function import python_function

CODE = Path(__file__).with_name("event_pump")


class EventPumpFunction(Construct):
    """May take from its queue, put back into it or to the dead letters, and read the token that the agent asks for."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        agent: str,
        queue: AgentQueue,
        service_url: str,
        token: secretsmanager.ISecret,
    ) -> None:
        super().__init__(scope, construct_id)
        function = python_function(
            self,
            code=CODE,
            timeout=cdk.Duration.seconds(DELIVERY),
            # A message that goes back to its queue is meant to come again; Lambda would stop it the 16th time.
            recursive_loop=lambda_.RecursiveLoop.ALLOW,
            environment={
                "AGENT": agent,
                "SERVICE_URL": service_url,
                "QUEUE_URL": queue.queue.queue_url,
                "DEAD_LETTER_QUEUE_URL": queue.dead_letters.queue_url,
                "MAX_RECEIVES": str(MAX_RECEIVES),
                "INTERNAL_TOKEN_ARN": token.secret_arn,
            },
        )
        function.add_event_source(
            sources.SqsEventSource(queue.queue, batch_size=10, max_concurrency=5, report_batch_item_failures=True)
        )
        queue.queue.grant_send_messages(function)
        queue.dead_letters.grant(function, "sqs:SendMessage")
        token.grant_read(function)
