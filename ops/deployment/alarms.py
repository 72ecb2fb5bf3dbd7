"""The alarms of a deployment, as CloudWatch has them."""

from collections.abc import Mapping, Sequence

import boto3

from ops.deployment.aws import CONFIG, asking


def states(session: boto3.Session, names: Sequence[str]) -> Mapping[str, str]:
    """The state of each alarm that exists, by its name. Raises AwsError."""
    pages = session.client("cloudwatch", config=CONFIG).get_paginator("describe_alarms")
    found: dict[str, str] = {}
    with asking("Asking CloudWatch for the alarms"):
        for page in pages.paginate(AlarmNames=list(names), AlarmTypes=["MetricAlarm", "CompositeAlarm"]):
            found |= {alarm["AlarmName"]: alarm["StateValue"] for alarm in page.get("MetricAlarms", [])}
            found |= {alarm["AlarmName"]: alarm["StateValue"] for alarm in page.get("CompositeAlarms", [])}
    return found
