"""Budgets and composite alarms: ministack has their API, and no type in a template for them. Alarms that compute.

Imported by the extension alone, and called on a worker thread: it asks this very server.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import boto3

from harness.emulator.app_runner import ACCOUNT

if TYPE_CHECKING:
    from types_boto3_budgets.type_defs import BudgetTypeDef, NotificationWithSubscribersTypeDef

Properties = Mapping[str, Any]
Made = tuple[str, dict[str, str]]


def _budget_create(logical_id: str, properties: Properties, stack: str) -> Made:
    name = properties["Budget"].get("BudgetName") or f"{stack}-{logical_id}"
    boto3.client("budgets").create_budget(
        AccountId=ACCOUNT,
        Budget=_budget(name, properties),
        NotificationsWithSubscribers=_numbers(properties.get("NotificationsWithSubscribers", [])),
    )
    return name, {}


def _budget_update(name: str, _: Properties, properties: Properties, __: str) -> Made:
    boto3.client("budgets").update_budget(AccountId=ACCOUNT, NewBudget=_budget(name, properties))
    return name, {}


def _budget_delete(name: str, _: Properties) -> None:
    boto3.client("budgets").delete_budget(AccountId=ACCOUNT, BudgetName=name)


def _budget(name: str, properties: Properties) -> "BudgetTypeDef":
    limit = properties["Budget"]["BudgetLimit"]
    amount = {"Amount": str(limit["Amount"]), "Unit": limit["Unit"]}
    return cast("BudgetTypeDef", {**properties["Budget"], "BudgetName": name, "BudgetLimit": amount})


def _numbers(notifications: list[Properties]) -> "list[NotificationWithSubscribersTypeDef]":
    """A template's numbers may come as texts."""
    numbered = []
    for each in notifications:
        threshold = float(each["Notification"]["Threshold"])
        numbered.append({**each, "Notification": {**each["Notification"], "Threshold": threshold}})
    return cast("list[NotificationWithSubscribersTypeDef]", numbered)


def _alarm_create(logical_id: str, properties: Properties, stack: str) -> Made:
    name = properties.get("AlarmName") or f"{stack}-{logical_id}"
    cloudwatch = boto3.client("cloudwatch")
    cloudwatch.put_composite_alarm(**{**properties, "AlarmName": name})
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    return name, {"Arn": alarm["AlarmArn"]}


def _alarm_update(name: str, _: Properties, properties: Properties, stack: str) -> Made:
    return _alarm_create(name, {**properties, "AlarmName": name}, stack)


def _alarm_delete(name: str, _: Properties) -> None:
    boto3.client("cloudwatch").delete_alarms(AlarmNames=[name])


def without_metric_math(handlers: Mapping[str, Any]) -> dict[str, Any]:
    """The handlers of an alarm. One that computes is kept as an alarm on the first metric that it computes from."""

    def create(logical_id: str, properties: Properties, stack: str) -> Made:
        made: Made = handlers["create"](logical_id, _first_metric(properties), stack)
        return made

    def update(made: str, old: Properties, new: Properties, *rest: str) -> Made:
        updated: Made = handlers["update"](made, _first_metric(old), _first_metric(new), *rest)
        return updated

    return {**handlers, "create": create, "update": update}


def _first_metric(properties: Properties) -> Properties:
    if not properties.get("Metrics"):
        return properties
    of = next(each["MetricStat"] for each in properties["Metrics"] if "MetricStat" in each)
    plain = {name: value for name, value in properties.items() if name != "Metrics"}
    return {**plain, **of["Metric"], "Period": of["Period"], "Statistic": "Sum"}


TYPES: Mapping[str, Any] = {
    "AWS::Budgets::Budget": {"create": _budget_create, "update": _budget_update, "delete": _budget_delete},
    "AWS::CloudWatch::CompositeAlarm": {"create": _alarm_create, "update": _alarm_update, "delete": _alarm_delete},
}
