"""Faults in words."""

from harness.plan.scenario import Fault, FaultMode


def describe(fault: Fault) -> str:
    """One line about a fault, for people."""
    match fault.mode:
        case FaultMode.ERROR:
            what = f"answers {fault.status}"
        case FaultMode.SLOW:
            what = f"answers {fault.latency:g} s late"
        case FaultMode.HANG:
            what = "never answers"
        case FaultMode.RESET:
            what = "resets connections"
        case FaultMode.MALFORMED:
            what = "answers broken JSON"
        case FaultMode.REFUSE:
            what = "takes no connection"
    whom = "" if fault.share == 1 else f" to {100 * fault.share:g}% of the {fault.per.replace('_', ' ')}s"
    when = "" if fault.period is None else f", {fault.period:g} s on and {fault.period:g} s off"
    who = fault.dependency if fault.model is None else f"{fault.dependency} by {fault.model}"
    return f"{who} {what}{whom}{when}"
