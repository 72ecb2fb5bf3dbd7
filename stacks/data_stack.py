"""What outlives a deployment of the service: its tables, queues and secrets."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from stacks.agent_queue import AgentQueue
from stacks.deployment import Deployment
from stacks.generated_secret import generated_secret

AGENTS = ("indexer",)
TEXT, NUMBER = dynamodb.AttributeType.STRING, dynamodb.AttributeType.NUMBER


class DataStack(cdk.Stack):
    """In production the stack does not go before its protection does, and everything here stays when it goes."""

    def __init__(self, scope: Construct, construct_id: str, *, deployment: Deployment) -> None:
        super().__init__(scope, construct_id, termination_protection=deployment.production)
        self._kept = deployment.production
        self.documents = self._table("Documents", ("partition", TEXT), ("place", TEXT))
        self.control = self._table("Control", ("document", TEXT), ("version", NUMBER))
        self.counts = self._table("Counts", ("subject", TEXT), ("row", TEXT), expires=True)
        self.idempotency = self._table("Idempotency", ("key", TEXT), expires=True)
        self.queues = {agent: AgentQueue(self, f"Agent-{agent}", kept=self._kept) for agent in AGENTS}
        self.operator_token = self._token("OperatorToken", "Bearer token of the operator API.")
        self.viewer_token = self._token("ViewerToken", "Bearer token of the observability API.")
        self.internal_token = self._token("InternalToken", "Bearer token with which messages are pushed to agents.")
        self.provider_key = self._token(
            "ProviderKey", "Key of the embeddings provider: a random text, until you put yours in its place."
        )
        self.origin_secrets = {
            name: self._token(
                f"OriginSecret{name.upper()}",
                "What CloudFront shows to the service. Two are good: the one that is not in use can be changed.",
            )
            for name in ("a", "b")
        }
        self.webhook = {
            name: secretsmanager.Secret.from_secret_complete_arn(self, construct, arn)
            for name, construct, arn in (
                ("WEBHOOK_URL", "WebhookUrl", deployment.webhook_url_arn),
                ("WEBHOOK_SECRET", "WebhookSecret", deployment.webhook_secret_arn),
            )
            if arn
        }
        in_use = self.origin_secrets[deployment.origin_secret]
        cdk.CfnOutput(self, "OriginSecretArn", value=in_use.secret_arn)
        cdk.CfnOutput(self, "OperatorTokenArn", value=self.operator_token.secret_arn)
        cdk.CfnOutput(self, "ViewerTokenArn", value=self.viewer_token.secret_arn)
        cdk.CfnOutput(self, "ProviderKeyArn", value=self.provider_key.secret_arn)

    @property
    def tables(self) -> list[dynamodb.TableV2]:
        """Every table."""
        return [self.documents, self.control, self.counts, self.idempotency]

    @property
    def _removal(self) -> cdk.RemovalPolicy:
        return cdk.RemovalPolicy.RETAIN if self._kept else cdk.RemovalPolicy.DESTROY

    def _table(
        self,
        name: str,
        partition: tuple[str, dynamodb.AttributeType],
        sort: tuple[str, dynamodb.AttributeType] | None = None,
        *,
        expires: bool = False,
    ) -> dynamodb.TableV2:
        return dynamodb.TableV2(
            self,
            name,
            partition_key=dynamodb.Attribute(name=partition[0], type=partition[1]),
            sort_key=dynamodb.Attribute(name=sort[0], type=sort[1]) if sort else None,
            billing=dynamodb.Billing.on_demand(),
            time_to_live_attribute="expires_at" if expires else None,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=self._kept,
            removal_policy=self._removal,
        )

    def _token(self, name: str, meaning: str) -> secretsmanager.Secret:
        return generated_secret(self, name, meaning, kept=self._kept)
