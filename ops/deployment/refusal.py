"""App Runner's refusal of an account that has never used it."""

CODES = {"SubscriptionRequiredException", "OptInRequired"}
"""What AWS's services call a refusal of the account itself."""

WORDS = (
    "new customers",
    "new customer",
    "subscription",
    "subscribe",
    "no longer open",
    "not available for your account",
)
"""The refusal's text is not documented; these are the words that AWS has used for it at other services."""

EXPLANATION = (
    "App Runner has taken no new customers since 2026-04-30, and refuses this account. "
    "Deploy on ECS Express Mode instead: -c compute=express."
)


def closed_to_new_customers(code: str, message: str) -> str | None:
    """The sentence that explains such a refusal; None when this is another one."""
    told = message.lower()
    refused = code in CODES or any(word in told for word in WORDS)
    return f"{EXPLANATION} AWS said: {message}" if refused else None
