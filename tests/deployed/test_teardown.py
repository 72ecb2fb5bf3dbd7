"""The end of the day, after every other test of what was deployed."""

import boto3

from tests.deployed.conftest import Deployed
from tests.deployed.test_emulated_deploy import until


def test_a_budget_that_is_spent_pauses_the_service(deployed: Deployed) -> None:
    session = boto3.Session(
        aws_access_key_id="123456789012",
        aws_secret_access_key="testing",
        region_name="us-east-1",
    )
    sns = session.client("sns", endpoint_url=deployed.emulator.url)
    (topic,) = (each["TopicArn"] for each in sns.list_topics()["Topics"] if "Spent" in each["TopicArn"])
    sns.publish(TopicArn=topic, Message="AWS Budgets: the budget has exceeded its limit")

    def status() -> str:
        (service,) = deployed.emulator.app_runner("ListServices")["ServiceSummaryList"]
        return str(service["Status"])

    until(lambda: status() == "PAUSED")


def test_nothing_is_left_when_all_is_destroyed(deployed: Deployed) -> None:
    deployed.emulator.destroy()
    assert deployed.emulator.app_runner("ListServices") == {"ServiceSummaryList": []}
