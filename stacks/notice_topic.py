"""A topic on which a service of AWS tells people something."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct


class NoticeTopic(Construct):
    """One publisher of this account may write to it, by TLS alone; an address of mail may be told."""

    def __init__(self, scope: Construct, construct_id: str, *, publisher: str, about: str, email: str) -> None:
        """`about` is the pattern of the ARNs on whose behalf the publisher may write; `email` may be empty."""
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Topic", enforce_ssl=True)
        # A policy of one's own takes the place of the one that lets the account's services in.
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal(publisher)],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={
                    "StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID},
                    "ArnLike": {"aws:SourceArn": about},
                },
            )
        )
        if email:
            self.topic.add_subscription(subscriptions.EmailSubscription(email))
