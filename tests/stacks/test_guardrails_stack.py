from typing import Any

import pytest

from tests.stacks.conftest import Synthesized
from tests.stacks.running import running, statements
from tests.stacks.topics import publishers, refuses_without_tls

ALLOWED = {
    "synthesized": ("apprunner:DescribeService", "apprunner:PauseService"),
    "express": ("ecs:DescribeExpressGatewayService", "ecs:UpdateExpressGatewayService"),
}


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
    (subscription,) = synthesized.of("Guardrails").find_resources("AWS::SNS::Subscription").values()
    assert subscription["Properties"]["Protocol"] == "lambda"
    assert subscription["Properties"]["TopicArn"] == {"Ref": topics[100]}


def test_mail_goes_out_each_time(production: Synthesized) -> None:
    told = {
        each["Properties"]["TopicArn"]["Ref"]
        for each in production.of("Guardrails").find_resources("AWS::SNS::Subscription").values()
        if each["Properties"]["Protocol"] == "email"
    }
    assert told == set(notifications(production).values())


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
    assert set(allowed) == {ALLOWED[name], ("logs:CreateLogStream", "logs:PutLogEvents")}
    (service,) = allowed[ALLOWED[name]]
    assert f"{running(made).logical_id}ServiceArn" in service["Fn::ImportValue"]


def test_the_function_knows_what_to_stop(synthesized: Synthesized, express: Synthesized) -> None:
    for made, kind in ((synthesized, "apprunner"), (express, "express")):
        variables: Any = made.only(made.of("Guardrails"), "AWS::Lambda::Function")["Environment"]["Variables"]
        assert variables["COMPUTE"] == kind
        assert f"{running(made).logical_id}ServiceArn" in variables["SERVICE_ARN"]["Fn::ImportValue"]


def test_without_a_budget_there_is_no_guardrail(lab: Synthesized) -> None:
    assert not lab.has("Guardrails")
