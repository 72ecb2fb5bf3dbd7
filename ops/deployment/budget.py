"""The budget of a deployment."""

from dataclasses import dataclass

import boto3

from ops.deployment.aws import ABSENT, CONFIG, AwsError, asking


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What may be spent, and what was."""

    limit: str  # with its unit
    spent: str


def budget(session: boto3.Session, account: str, name: str) -> Budget | None:
    """A budget, or None when there is none of this name. Raises AwsError."""
    try:
        with asking(f"Asking for the budget {name}"):
            found = session.client("budgets", config=CONFIG).describe_budget(AccountId=account, BudgetName=name)
    except AwsError as error:
        if error.code in ABSENT:
            return None
        raise
    said = found["Budget"]
    limit, spent = said.get("BudgetLimit"), said.get("CalculatedSpend", {}).get("ActualSpend")
    return Budget(
        limit=f"{limit['Amount']} {limit['Unit']}" if limit else "no limit",
        spent=f"{spent['Amount']} {spent['Unit']}" if spent else "nothing told",
    )
