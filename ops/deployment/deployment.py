"""A deployment: its outputs, the session that asks AWS of it, and the doors of its service."""

from functools import cached_property

import boto3

from ops.deployment import secrets
from ops.deployment.account import caller
from ops.deployment.aws import session
from ops.deployment.door import Door
from ops.deployment.outputs import Outputs
from ops.errors import OperationError
from ops.exit_codes import Exit

ORIGIN_HEADER = "X-Origin-Secret"


class Deployment:
    """What was deployed, asked as an operator. Nothing is asked before it is needed, and no secret twice."""

    def __init__(self, outputs: Outputs) -> None:
        self.outputs = outputs

    @cached_property
    def session(self) -> boto3.Session:
        """Asks AWS in the deployment's region. Raises OperationError when the credentials are of another account."""
        made = session(self.outputs.region)
        account = caller(made)
        if account != self.outputs.account:
            raise OperationError(
                f"The AWS credentials are of account {account}; expected {self.outputs.account}, as in the outputs.",
                Exit.NOT_ALLOWED,
            )
        return made

    @cached_property
    def operator_token(self) -> str:
        """Opens the operator API."""
        return secrets.token(self.session, self.outputs["Data", "OperatorTokenArn"])

    @cached_property
    def viewer_token(self) -> str:
        """Opens the observability API."""
        return secrets.token(self.session, self.outputs["Data", "ViewerTokenArn"])

    @cached_property
    def edge(self) -> Door:
        """The service through CloudFront. Raises NotDeployedError."""
        return Door("CloudFront", self.outputs["Edge", "Url"])

    @cached_property
    def own(self) -> Door:
        """The service at its own address, asked as CloudFront asks it."""
        arn = self.outputs["Data", "OriginSecretArn"] if self.outputs.has_origin_secret else None
        headers = {ORIGIN_HEADER: secrets.secret(self.session, arn)} if arn else {}
        return Door("the service's own address", self.outputs["Service", "ServiceUrl"], headers=headers)

    @cached_property
    def around(self) -> Door:
        """The service at its own address, asked as by one who goes around CloudFront."""
        return Door("the service's own address", self.outputs["Service", "ServiceUrl"])

    @property
    def front(self) -> Door:
        """Where operators and viewers ask: through CloudFront, or at the service when there is none."""
        return self.edge if self.outputs.has_edge else self.own

    def close(self) -> None:
        """Keep no connection."""
        for name in ("edge", "own", "around"):
            if name in self.__dict__:
                self.__dict__[name].close()
