"""Who may write to the topics of a template."""

from typing import Any

from aws_cdk.assertions import Template


def publishers(template: Template, topic: str) -> dict[str, Any]:
    """The services that may publish to the topic whose logical id begins so, each with its conditions."""
    return {
        statement["Principal"]["Service"]: statement["Condition"]
        for statement in _statements(template, topic)
        if statement["Effect"] == "Allow"
    }


def refuses_without_tls(template: Template, topic: str) -> bool:
    """Whether the topic denies everybody who publishes without TLS."""
    return any(
        statement["Effect"] == "Deny"
        and statement["Principal"] == "*"
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for statement in _statements(template, topic)
    )


def _statements(template: Template, topic: str) -> list[Any]:
    (policy,) = (
        policy["Properties"]
        for policy in template.find_resources("AWS::SNS::TopicPolicy").values()
        if policy["Properties"]["Topics"][0]["Ref"].startswith(topic)
    )
    statements: list[Any] = policy["PolicyDocument"]["Statement"]
    return statements
