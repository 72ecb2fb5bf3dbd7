"""DynamoDB's client, and what its items are made of."""

from typing import TYPE_CHECKING

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import ClientError

from service.store.aws import Aws, AwsConfig, code_of

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef, UniversalAttributeValueTypeDef


def dynamo(config: AwsConfig) -> "Aws[DynamoDBClient]":
    """DynamoDB, in the region and with the credentials of the environment."""

    def make(session: Session, config: Config) -> "DynamoDBClient":
        return session.client("dynamodb", config=config)

    return Aws(make, config)


def text(value: str) -> "UniversalAttributeValueTypeDef":
    """A string."""
    return {"S": value}


def number(value: float) -> "UniversalAttributeValueTypeDef":
    """A number; DynamoDB keeps 38 digits, so a float comes back as it was."""
    return {"N": repr(value)}


def binary(value: bytes) -> "UniversalAttributeValueTypeDef":
    """Bytes."""
    return {"B": value}


def bytes_of(value: "AttributeValueTypeDef") -> bytes:
    """The bytes of an attribute that holds some."""
    return bytes(value["B"])


def condition_failed(error: ClientError) -> bool:
    """Whether a condition of a write, alone or in a transaction, did not hold; nothing was written then."""
    if code_of(error) == "ConditionalCheckFailedException":
        return True
    reasons = error.response.get("CancellationReasons", [])
    return any(reason.get("Code") == "ConditionalCheckFailed" for reason in reasons)
