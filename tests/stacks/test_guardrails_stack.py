from typing import Any

import pytest
from aws_cdk.assertions import Template

from tests.stacks.conftest import Synthesized
from tests.stacks.running import running, statements
from tests.stacks.topics import publishers, refuses_without_tls

ALLOWED = {
    "synthesized": ("apprunner:DescribeService", "apprunner:PauseService"),
    "express": ("ecs:DescribeExpressGatewayService", "ecs:UpdateExpressGatewayService"),
}

TAKING = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
)
MINUTE = 60
HOUR = 60 * MINUTE


@pytest.fixture
def template(synthesized: Synthesized) -> Template:
    return synthesized.of("Guardrails")


def queue(template: Template, beginning: str) -> dict[str, Any]:
    """The properties of the queue whose logical id begins so."""
    found: dict[str, Any]
    (found,) = (
        each["Properties"]
        for name, each in template.find_resources("AWS::SQS::Queue").items()
        if name.startswith(beginning)
    )
    return found


def subscriptions(template: Template, protocol: str) -> list[tuple[str, dict[str, Any]]]:
    """By this protocol: each topic, with what is subscribed to it."""
    return [
        (each["Properties"]["TopicArn"]["Ref"], each["Properties"])
        for each in template.find_resources("AWS::SNS::Subscription").values()
        if each["Properties"]["Protocol"] == protocol
    ]


def notifications(made: Synthesized) -> dict[float, str]:
    """The topic of each threshold."""
    budget = made.only(made.of("Guardrails"), "AWS::Budgets::Budget")
    return {
        each["Notification"]["Threshold"]: each["Subscribers"][0]["Address"]["Ref"]
        for each in budget["NotificationsWithSubscribers"]
        if each["Notification"]["NotificationType"] == "ACTUAL"
    }


@pytest.mark.parametrize(("name", "amount"), [("synthesized", 100), ("production", 250)])
def test_the_budget_is_the_month_s(request: pytest.FixtureRequest, name: str, amount: int) -> None:
    made: Synthesized = request.getfixturevalue(name)
    budget: Any = made.only(made.of("Guardrails"), "AWS::Budgets::Budget")["Budget"]
    assert budget["BudgetLimit"] == {"Amount": amount, "Unit": "USD"}
    assert (budget["BudgetType"], budget["TimeUnit"]) == ("COST", "MONTHLY")


def test_what_credits_pay_for_is_spent_too(synthesized: Synthesized) -> None:
    budget: Any = synthesized.only(synthesized.of("Guardrails"), "AWS::Budgets::Budget")["Budget"]
    assert budget["CostTypes"] == {"IncludeCredit": False, "IncludeRefund": False}


def test_people_are_told_half_way_and_near_the_end_and_only_at_the_end_the_service_stops(
    synthesized: Synthesized,
) -> None:
    topics = notifications(synthesized)
    assert set(topics) == {50, 80, 100}
    assert topics[50] == topics[80] != topics[100]
    subscription = synthesized.only(synthesized.of("Guardrails"), "AWS::SNS::Subscription")
    assert subscription["Protocol"] == "sqs"
    assert subscription["TopicArn"] == {"Ref": topics[100]}


def test_a_stop_that_fails_is_kept_and_tried_again_for_hours_and_then_kept_for_people(template: Template) -> None:
    (mapping,) = template.find_resources("AWS::Lambda::EventSourceMapping").values()
    ((_, subscription),) = subscriptions(template, "sqs")
    assert mapping["Properties"]["EventSourceArn"] == subscription["Endpoint"]
    asked, dead = queue(template, "GuardrailAsked"), queue(template, "GuardrailDeadLetters")
    tries = asked["RedrivePolicy"]["maxReceiveCount"]
    assert asked["VisibilityTimeout"] <= 10 * MINUTE
    assert asked["VisibilityTimeout"] * tries >= 6 * HOUR
    assert asked["VisibilityTimeout"] * tries < asked["MessageRetentionPeriod"] == dead["MessageRetentionPeriod"]
    assert "GuardrailDeadLetters" in str(asked["RedrivePolicy"]["deadLetterTargetArn"])


def test_the_topic_alone_may_ask(template: Template, synthesized: Synthesized) -> None:
    (policy,) = (
        each["Properties"]["PolicyDocument"]
        for each in template.find_resources("AWS::SQS::QueuePolicy").values()
        if "GuardrailAsked" in str(each["Properties"]["Queues"])
    )
    (allowed,) = (each for each in policy["Statement"] if each["Effect"] == "Allow")
    assert (allowed["Principal"], allowed["Action"]) == ({"Service": "sns.amazonaws.com"}, "sqs:SendMessage")
    assert allowed["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": notifications(synthesized)[100]}}}


def test_people_are_told_while_the_service_cannot_be_stopped_and_when_nobody_tries_any_more(
    template: Template,
) -> None:
    alarms = {
        (alarm["Properties"]["Namespace"], alarm["Properties"]["MetricName"]): alarm["Properties"]
        for alarm in template.find_resources("AWS::CloudWatch::Alarm").values()
    }
    errors = alarms.pop(("AWS/Lambda", "Errors"))
    dead = alarms.pop(("AWS/SQS", "ApproximateNumberOfMessagesVisible"))
    assert alarms == {}
    assert "GuardrailFunction" in str(errors["Dimensions"])
    assert "GuardrailDeadLetters" in str(dead["Dimensions"])
    assert errors["Period"] > queue(template, "GuardrailAsked")["VisibilityTimeout"]
    for alarm in (errors, dead):
        assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")
        ((topic,),) = (each.values() for each in alarm["AlarmActions"])
        assert topic.startswith("Failing")
        assert alarm["OKActions"] == alarm["AlarmActions"]
    assert set(publishers(template, "Failing")) == {"cloudwatch.amazonaws.com"}
    assert refuses_without_tls(template, "Failing")


def test_mail_goes_out_each_time(production: Synthesized) -> None:
    template = production.of("Guardrails")
    told = {topic for topic, _ in subscriptions(template, "email")}
    assert told == set(template.find_resources("AWS::SNS::Topic")) > set(notifications(production).values())


@pytest.mark.parametrize("topic", ["Told", "Spent"])
def test_budgets_of_this_account_alone_publish_and_by_tls(synthesized: Synthesized, topic: str) -> None:
    template = synthesized.of("Guardrails")
    ((publisher, condition),) = publishers(template, topic).items()
    assert publisher == "budgets.amazonaws.com"
    assert condition["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert ":budgets::" in str(condition["ArnLike"]["aws:SourceArn"])
    assert refuses_without_tls(template, topic)


@pytest.mark.parametrize("name", ALLOWED)
def test_the_function_may_stop_this_one_service_and_nothing_else(request: pytest.FixtureRequest, name: str) -> None:
    made: Synthesized = request.getfixturevalue(name)
    allowed = statements(made.of("Guardrails"), "GuardrailRole")
    assert set(allowed) == {ALLOWED[name], ("logs:CreateLogStream", "logs:PutLogEvents"), TAKING}
    ((asked,),) = (each.values() for each in allowed[TAKING])
    assert asked[0].startswith("GuardrailAsked")
    (service,) = allowed[ALLOWED[name]]
    assert f"{running(made).logical_id}ServiceArn" in service["Fn::ImportValue"]


def test_the_function_knows_what_to_stop(synthesized: Synthesized, express: Synthesized) -> None:
    for made, kind in ((synthesized, "apprunner"), (express, "express")):
        variables: Any = made.only(made.of("Guardrails"), "AWS::Lambda::Function")["Environment"]["Variables"]
        assert variables["COMPUTE"] == kind
        assert f"{running(made).logical_id}ServiceArn" in variables["SERVICE_ARN"]["Fn::ImportValue"]


def test_without_a_budget_there_is_no_guardrail(lab: Synthesized) -> None:
    assert not lab.has("Guardrails")
