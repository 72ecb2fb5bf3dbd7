"""An agent's queue and its dead letters."""

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.event_pump_times import DELIVERY, MAX_RECEIVES

KEPT = cdk.Duration.days(14)
VISIBILITY = cdk.Duration.seconds(6 * DELIVERY)  # as Lambda asks for: a batch may be tried again within it


class AgentQueue(Construct):
    """Encrypted, by TLS alone, and kept for as long as SQS can: an agent may be held for days."""

    def __init__(self, scope: Construct, construct_id: str, *, kept: bool) -> None:
        super().__init__(scope, construct_id)
        removal = cdk.RemovalPolicy.RETAIN if kept else cdk.RemovalPolicy.DESTROY
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            retention_period=KEPT,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            removal_policy=removal,
        )
        self.queue = sqs.Queue(
            self,
            "Queue",
            retention_period=KEPT,
            visibility_timeout=VISIBILITY,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            removal_policy=removal,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=MAX_RECEIVES),
        )
