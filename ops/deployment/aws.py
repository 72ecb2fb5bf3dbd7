"""AWS as it is asked: with limits, and with errors that are sentences."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
    SSOError,
    TokenRetrievalError,
)

from ops.errors import OperationError
from ops.exit_codes import Exit

CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 3})

EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
WRONG = {"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "InvalidAccessKeyId"}
DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized", "403"}
ABSENT = {"ResourceNotFoundException", "NotFoundException", "NoSuchBucket", "ParameterNotFound", "404"}

NO_CREDENTIALS = "There are no AWS credentials; sign in (`aws sso login`, `aws configure`) or set AWS_PROFILE."
EXPIRED_CREDENTIALS = "The AWS credentials have expired; sign in again (`aws sso login`, or the way you got them)."


class AwsError(OperationError):
    """AWS was asked and did not tell; `code` is its own name of the error, or empty."""

    def __init__(self, sentence: str, exit_code: Exit, code: str = "") -> None:
        super().__init__(sentence, exit_code)
        self.code = code


def session(region: str | None = None) -> boto3.Session:
    """The person's own session. Raises AwsError when the profile does not exist."""
    with asking("Using AWS"):
        # AWS_REGION first, as the CDK has it; the SDK of Python knows AWS_DEFAULT_REGION alone.
        return boto3.Session(region_name=region or os.environ.get("AWS_REGION") or None)


@contextmanager
def asking(what: str) -> Iterator[None]:
    """Turn the SDK's errors into AwsError. `what` begins the sentence: "Reading the secret"."""
    try:
        yield
    except ClientError as error:
        raise _refused(what, error) from error
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise AwsError(NO_CREDENTIALS, Exit.NOT_ALLOWED, "NoCredentials") from error
    except (SSOError, TokenRetrievalError, CredentialRetrievalError) as error:
        raise AwsError(EXPIRED_CREDENTIALS, Exit.NOT_ALLOWED, "ExpiredToken") from error
    except ProfileNotFound as error:
        raise AwsError(f"{error}; set AWS_PROFILE to one that exists.", Exit.NOT_ALLOWED, "NoProfile") from error
    except (EndpointConnectionError, ConnectTimeoutError, ReadTimeoutError) as error:
        raise AwsError(f"{what}: AWS cannot be reached: {error}", Exit.TIMEOUT) from error
    except BotoCoreError as error:
        raise AwsError(f"{what} failed: {error}", Exit.REFUSED) from error


def _refused(what: str, error: ClientError) -> AwsError:
    said = error.response.get("Error", {})
    code, message = str(said.get("Code", "")), str(said.get("Message", "")).rstrip(".")
    if code in EXPIRED:
        return AwsError(EXPIRED_CREDENTIALS, Exit.NOT_ALLOWED, code)
    if code in WRONG:
        return AwsError(f"AWS does not know these credentials ({code}); sign in again.", Exit.NOT_ALLOWED, code)
    if code in DENIED:
        return AwsError(f"{what} is not allowed to these credentials ({code}: {message}).", Exit.NOT_ALLOWED, code)
    if code in ABSENT:
        return AwsError(f"{what}: there is no such thing ({code}: {message}).", Exit.NOT_FOUND, code)
    return AwsError(f"{what} was refused ({code}: {message}).", Exit.REFUSED, code)
