"""`python -m benchmarks.rollback`: the operating curves of the rollback rule, into docs/rollback.md and its picture."""

import sys
from pathlib import Path

from benchmarks.limit import Limit
from benchmarks.markdown import table, with_section
from benchmarks.rollback_picture import Curve, picture
from benchmarks.start_points import agrees_with_the_service, mean_requests
from benchmarks.stopping_rules import (
    ALPHA,
    HORIZON,
    Rule,
    beta_mixture,
    bound,
    dkw_band,
    five_in_a_row,
    mixture,
    seeds_rule,
    sprt,
    stopped,
)

DOCUMENT = Path(__file__).parents[1] / "docs" / "rollback.md"
PICTURE = DOCUMENT.with_suffix(".svg")

RATES = (0.015, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0)
GOOD_RATES = (0.001, 0.005, 0.009, 0.01)
HEALTHY = (0, 500, 5000)
FAULT_RATES = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02)
MOST = 1_000_000
"""Requests beyond which a rule counts as never deciding."""


def main() -> int:
    """Compute, print and write; 1 when a figure is worse than the documentation claims."""
    if not agrees_with_the_service():
        sys.stderr.write("the simulation does not compute what the service computes\n")
        return 1
    ours, shipped = mixture(), mixture(alpha=ALPHA / 3)
    peers = [beta_mixture(), sprt(), dkw_band()]
    curves = _curves(ours, shipped, peers)
    false = _false_rollbacks([ours, shipped, seeds_rule()])
    texts = {
        "decision": _decision_table(curves),
        "false-rollbacks": false,
        "start-points": _start_points_table(),
    }
    document = DOCUMENT.read_text(encoding="utf-8")
    for name, text in texts.items():
        print(f"{text}\n")
        document = with_section(document, name, text)
    limits = [
        Limit(what="false rollbacks at the limit", value=stopped(ours, 0.01)[0], at_most=ALPHA),
        Limit(what="requests / bound at ten times the limit", value=curves[1].ratio(0.1), at_most=1.3),
    ]
    document = with_section(document, "limits", "\n".join(f"- {limit}" for limit in limits))
    DOCUMENT.write_text(document, encoding="utf-8")
    PICTURE.write_text(picture(curves), encoding="utf-8")
    print(*limits, sep="\n")
    return 0 if all(limit.is_kept for limit in limits) else 1


def _curves(ours: Rule, shipped: Rule, peers: list[Rule]) -> list[Curve]:
    def of(rule: Rule, name: str = "") -> Curve:
        return Curve(name=name or rule.name, requests={rate: stopped(rule, rate)[1] for rate in RATES})

    return [
        Curve(name="no rule can be quicker", requests={rate: bound(rate) for rate in RATES}),
        of(ours),
        of(shipped, "Ballast as shipped, one start"),
        *(of(peer) for peer in peers),
        Curve(name="5 failures in a row", requests={rate: min(five_in_a_row(rate), MOST) for rate in RATES}),
    ]


def _decision_table(curves: list[Curve]) -> str:
    head, *rest = curves
    rows = [
        [head.name, *(f"{head.requests[rate]:,.1f}" for rate in RATES)],
        *([curve.name, *(_cell(curve, head, rate) for rate in RATES)] for curve in rest),
    ]
    return table(["mean requests (and ÷ the bound) at", *(f"{rate:.1%}" for rate in RATES)], rows)


def _cell(curve: Curve, head: Curve, rate: float) -> str:
    requests = curve.requests[rate]
    if requests >= HORIZON / 2:
        return "never"
    return f"{requests:,.0f} ({requests / head.requests[rate]:.2f})"


def _false_rollbacks(rules: list[Rule]) -> str:
    names = ["Ballast, one SLO at 0.001", "Ballast as shipped, a third for each SLO", "> 10 requests and > 1 %"]
    rows = [
        [name, *(f"{stopped(rule, rate)[0]:.2g}" for rate in GOOD_RATES)]
        for name, rule in zip(names, rules, strict=True)
    ]
    return table([f"chance within {HORIZON:,} requests at", *(f"{rate:.1%}" for rate in GOOD_RATES)], rows)


def _start_points_table() -> str:
    rows = []
    for healthy in HEALTHY:
        cells = [mean_requests(healthy, rate) for rate in FAULT_RATES]
        rows.append([f"{healthy:,}", *(f"{one:,.0f} → {many:,.0f}" for one, many in cells)])
    return table(["healthy requests before a fault of", *(f"{rate:.0%}" for rate in FAULT_RATES)], rows)


if __name__ == "__main__":
    sys.exit(main())
