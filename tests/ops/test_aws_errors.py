"""AWS's errors as sentences."""

import pytest
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, UnauthorizedSSOTokenError

from ops.deployment.aws import AwsError, asking
from ops.exit_codes import Exit


def told(error: Exception) -> AwsError:
    with pytest.raises(AwsError) as raised, asking("Reading the thing"):
        raise error
    return raised.value


def refused(code: str) -> AwsError:
    return told(ClientError({"Error": {"Code": code, "Message": "because."}}, "GetThing"))


@pytest.mark.parametrize(
    ("code", "exit_code", "said"),
    [
        ("ExpiredTokenException", Exit.NOT_ALLOWED, "The AWS credentials have expired; sign in again"),
        ("InvalidClientTokenId", Exit.NOT_ALLOWED, "AWS does not know these credentials"),
        ("AccessDenied", Exit.NOT_ALLOWED, "Reading the thing is not allowed to these credentials"),
        ("ParameterNotFound", Exit.NOT_FOUND, "Reading the thing: there is no such thing"),
        ("Throttling", Exit.REFUSED, "Reading the thing was refused (Throttling: because)."),
    ],
)
def test_a_refusal_names_what_was_asked_and_why(code: str, exit_code: Exit, said: str) -> None:
    error = refused(code)
    assert (error.exit_code, error.code) == (exit_code, code)
    assert str(error).startswith(said)


@pytest.mark.parametrize("error", [NoCredentialsError(), UnauthorizedSSOTokenError()])
def test_credentials_that_are_missing_or_expired_are_not_allowed(error: BotoCoreError) -> None:
    assert told(error).exit_code is Exit.NOT_ALLOWED
