import re
from typing import Any

import pytest
from aws_cdk.assertions import Template

from service.settings.settings import declared
from stacks.alarms import SLOW
from stacks.burn_rate import ERROR_BUDGET
from tests.stacks.conftest import Synthesized
from tests.stacks.topics import publishers, refuses_without_tls

MOST_ROLLBACK_TRIGGERS = 5
"""That CloudFormation takes."""


@pytest.fixture(params=["synthesized", "express"])
def template(request: pytest.FixtureRequest) -> Template:
    made: Synthesized = request.getfixturevalue(request.param)
    return made.of("Observability")


def alarms(template: Template) -> dict[str, Any]:
    return {name: each["Properties"] for name, each in template.find_resources("AWS::CloudWatch::Alarm").items()}


def named(template: Template, beginning: str) -> dict[str, Any]:
    found: dict[str, Any]
    (found,) = (alarm for name, alarm in alarms(template).items() if name.startswith(beginning))
    return found


def metrics(alarm: dict[str, Any]) -> dict[str, Any]:
    """Namespace, name, period and statistic of what an alarm reads, by its id."""
    return {
        each["Id"]: (
            each["MetricStat"]["Metric"]["Namespace"],
            each["MetricStat"]["Metric"]["MetricName"],
            each["MetricStat"]["Period"],
            each["MetricStat"]["Stat"],
        )
        for each in alarm["Metrics"]
        if "MetricStat" in each
    }


def share(alarm: dict[str, Any], **values: int) -> float:
    """What an alarm's expression is, when its metrics have these values."""
    (expression,) = (each["Expression"] for each in alarm["Metrics"] if "Expression" in each)
    found = re.fullmatch(r"IF\(requests >= (\d+), \((\w+(?: \+ \w+)*)\) / requests, 0\)", expression)
    assert found
    counted = sum(values[name] for name in found[2].split(" + "))
    return counted / values["requests"] if values["requests"] >= int(found[1]) else 0


def stopping(template: Template) -> list[str]:
    """The alarms that undo a deployment."""
    value = template.find_outputs("RollbackAlarmArns")["RollbackAlarmArns"]["Value"]["Fn::Join"][1]
    return [part["Fn::GetAtt"][0] for part in value if part != ","]


def default(variable: str) -> float:
    return next(float(each.default) for _, each in declared() if each.name == variable)  # type: ignore[arg-type]


def test_missing_data_alarm_nobody_and_stop_no_deployment(template: Template) -> None:
    assert {alarm["TreatMissingData"] for alarm in alarms(template).values()} == {"notBreaching"}


def test_errors_are_alarmed_on_as_a_share_of_the_environment_s_requests(template: Template) -> None:
    alarm = named(template, "ServiceErrors")
    assert metrics(alarm) == {
        "requests": ("Ballast", "Requests", 60, "Sum"),
        "failed": ("Ballast", "Failed", 60, "Sum"),
    }
    assert alarm["Metrics"][0]["Expression"] == "IF(requests >= 20, (failed) / requests, 0)"
    assert (alarm["Threshold"], alarm["EvaluationPeriods"], alarm["DatapointsToAlarm"]) == (0.05, 5, 3)
    dimensions = alarm["Metrics"][1]["MetricStat"]["Metric"]["Dimensions"]
    assert dimensions == [{"Name": "Environment", "Value": "development"}]


def test_a_high_share_of_requests_turned_away_is_alarmed_on(template: Template) -> None:
    alarm = named(template, "ServiceShed")
    assert metrics(alarm) == {"requests": ("Ballast", "Requests", 60, "Sum"), "shed": ("Ballast", "Shed", 60, "Sum")}
    assert share(alarm, requests=1000, shed=1000) > alarm["Threshold"] > share(alarm, requests=1000, shed=100) > 0
    assert (alarm["EvaluationPeriods"], alarm["DatapointsToAlarm"]) == (5, 3)


def test_a_breaker_that_stays_open_is_alarmed_on_and_stops_no_deployment(template: Template) -> None:
    alarm = named(template, "BreakerOpen")
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == ("Ballast", "BreakersOpen", "Maximum")
    assert alarm["Dimensions"] == [{"Name": "Environment", "Value": "development"}]
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")
    minutes = alarm["EvaluationPeriods"]
    assert alarm["DatapointsToAlarm"] == minutes
    assert minutes * 60 >= 3 * default("BREAKER_OPEN_SECONDS")
    assert not any(name.startswith("Breaker") for name in stopping(template))


def test_an_outage_that_answers_only_503_burns_the_budget_and_raises_an_alarm_of_minutes(
    template: Template,
) -> None:
    counts = {
        ("Ballast", "Requests"): 1000,
        ("Ballast", "Failed"): 0,
        ("Ballast", "Shed"): 1000,
        ("AWS/AppRunner", "Requests"): 1000,
        ("AWS/AppRunner", "5xxStatusResponses"): 1000,
    }
    raised = set()
    for name, alarm in alarms(template).items():
        if "Metrics" in alarm:
            values = {each: counts[namespace, metric] for each, (namespace, metric, *_) in metrics(alarm).items()}
            raised |= {name} if share(alarm, **values) > alarm["Threshold"] else set()
    assert len([name for name in raised if name.startswith("Burn")]) == 4
    assert any(name.startswith("ServiceShed") for name in raised)
    assert raised & set(stopping(template))


def test_the_slowest_hundredth_is_held_to_what_the_service_asks_of_its_canaries(template: Template) -> None:
    alarm = named(template, "ServiceLatency")
    assert (alarm["Namespace"], alarm["MetricName"], alarm["ExtendedStatistic"]) == ("Ballast", "Latency", "p99")
    assert alarm["Threshold"] == SLOW == default("SLO_LATENCY_SECONDS") * 1000


def test_the_first_dead_letter_of_an_agent_and_a_message_that_nobody_takes_are_alarmed_on(template: Template) -> None:
    dead, oldest = named(template, "AgentindexerDeadLetters"), named(template, "AgentindexerOldest")
    assert (dead["MetricName"], dead["Threshold"]) == ("ApproximateNumberOfMessagesVisible", 0)
    assert (oldest["MetricName"], oldest["Threshold"]) == ("ApproximateAgeOfOldestMessage", 15 * 60)
    assert "DeadLetters" in str(dead["Dimensions"])
    assert "DeadLetters" not in str(oldest["Dimensions"])


@pytest.mark.parametrize(
    ("burn", "rate", "long", "short"), [("Fast", 14.4, 3600, 5 * 60), ("Slow", 6, 6 * 3600, 30 * 60)]
)
def test_the_error_budget_is_watched_over_two_windows_which_must_both_burn(
    template: Template, burn: str, rate: float, long: int, short: int
) -> None:
    assert default("SLO_ERROR_RATE") == ERROR_BUDGET
    for which, period in (("Long", long), ("Short", short)):
        window = named(template, f"Burn{burn}{which}")
        assert window["Threshold"] == pytest.approx(rate * ERROR_BUDGET)
        assert {each[2] for each in metrics(window).values()} == {period}
        assert "AlarmActions" not in window
    (rule,) = (
        composite["Properties"]["AlarmRule"]["Fn::Join"][1]
        for name, composite in template.find_resources("AWS::CloudWatch::CompositeAlarm").items()
        if name.startswith(f"Burn{burn}")
    )
    assert [part for part in rule if isinstance(part, str)] == ['(ALARM("', '") AND ALARM("', '"))']
    assert f"Burn{burn}Long" in str(rule[1])
    assert f"Burn{burn}Short" in str(rule[3])


@pytest.mark.parametrize(
    ("name", "counted"),
    [
        ("synthesized", {("AWS/AppRunner", "Requests"), ("AWS/AppRunner", "5xxStatusResponses")}),
        ("express", {("Ballast", "Requests"), ("Ballast", "Failed"), ("Ballast", "Shed")}),
    ],
)
def test_the_budget_is_counted_by_the_platform_unless_the_log_is_surely_read(
    request: pytest.FixtureRequest, name: str, counted: set[tuple[str, str]]
) -> None:
    made: Synthesized = request.getfixturevalue(name)
    windows = [alarm for each, alarm in alarms(made.of("Observability")).items() if each.startswith("Burn")]
    assert len(windows) == 4
    for window in windows:
        assert {(namespace, metric) for namespace, metric, *_ in metrics(window).values()} == counted


def test_every_alarm_but_the_windows_tells_the_topic_when_it_begins_and_ends(template: Template) -> None:
    (topic,) = template.find_resources("AWS::SNS::Topic")
    composites = template.find_resources("AWS::CloudWatch::CompositeAlarm").items()
    telling = {name: alarm for name, alarm in alarms(template).items() if not name.startswith("Burn")}
    telling |= {name: composite["Properties"] for name, composite in composites}
    assert len(telling) >= 6
    for alarm in telling.values():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": topic}]


def test_cloudwatch_alone_publishes_for_this_account_s_alarms_and_by_tls(template: Template) -> None:
    ((publisher, condition),) = publishers(template, "Alarms").items()
    assert publisher == "cloudwatch.amazonaws.com"
    assert condition["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert ":alarm:*" in str(condition["ArnLike"]["aws:SourceArn"])
    assert refuses_without_tls(template, "Alarms")


def test_app_runner_s_own_figures_are_alarmed_on_too(synthesized: Synthesized, express: Synthesized) -> None:
    template = synthesized.of("Observability")
    errors, latency = named(template, "PlatformErrors"), named(template, "PlatformLatency")
    assert metrics(errors)["failed"] == ("AWS/AppRunner", "5xxStatusResponses", 60, "Sum")
    assert (latency["Namespace"], latency["MetricName"]) == ("AWS/AppRunner", "RequestLatency")
    (_, service), (_, name) = (tuple(each.values()) for each in latency["Dimensions"])
    assert (service["Fn::Select"][0], name["Fn::Select"][0]) == (2, 1)
    assert not any(alarm.startswith("Platform") for alarm in alarms(express.of("Observability")))


def test_what_stops_a_deployment_are_alarms_of_minutes_and_no_more_than_cloudformation_takes(
    template: Template,
) -> None:
    names = stopping(template)
    assert 2 <= len(names) <= MOST_ROLLBACK_TRIGGERS
    assert set(names) <= set(alarms(template))
    assert all(named(template, name)["EvaluationPeriods"] == 5 for name in names)


def test_every_alarm_is_told_by_its_name(template: Template) -> None:
    value = template.find_outputs("AlarmNames")["AlarmNames"]["Value"]["Fn::Join"][1]
    composites = template.find_resources("AWS::CloudWatch::CompositeAlarm")
    assert {part["Ref"] for part in value if part != ","} == set(alarms(template)) | set(composites)


def test_people_are_told_by_mail_when_there_is_an_address(synthesized: Synthesized, production: Synthesized) -> None:
    synthesized.of("Observability").resource_count_is("AWS::SNS::Subscription", 0)
    subscription = production.only(production.of("Observability"), "AWS::SNS::Subscription")
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "sre@example.org")


@pytest.mark.parametrize(
    "signal", ["Requests", "Failed", "Latency", "AiLatency", "Shed", "BreakersOpen", "DeadLetters"]
)
def test_the_dashboard_shows_the_golden_signals(template: Template, signal: str) -> None:
    (dashboard,) = template.find_resources("AWS::CloudWatch::Dashboard").values()
    assert signal in str(dashboard["Properties"]["DashboardBody"])


def test_the_dashboard_shows_how_full_the_platform_is(synthesized: Synthesized, express: Synthesized) -> None:
    for made, namespace, metric in (
        (synthesized, "AWS/AppRunner", "Concurrency"),
        (express, "AWS/ECS", "CPUUtilization"),
    ):
        body = str(made.only(made.of("Observability"), "AWS::CloudWatch::Dashboard")["DashboardBody"])
        assert f'"{namespace}","{metric}"' in body
