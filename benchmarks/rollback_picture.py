"""The picture of docs/rollback.md: requests until the decision, over the canary's true error rate."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

WIDTH, HEIGHT = 760, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 200, 20, 48
RATES, REQUESTS = (0.015, 1.0), (1.0, 10_000.0)
COLOURS = ("#8a8f98", "#1f6feb", "#6cb6ff", "#bf8700", "#bc4c00", "#8250df", "#cf222e")
STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#57606a}"
    "@media(prefers-color-scheme:dark){text{fill:#adbac7}.frame{stroke:#444c56}}"
    ".frame{stroke:#d0d7de;fill:none}.curve{fill:none;stroke-width:2}"
)


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A rule's mean requests until its decision, by the canary's true rate."""

    name: str
    requests: Mapping[float, float]

    def ratio(self, rate: float) -> float:
        """Requests over those of the bound, which the first decimals of the tables are checked by."""
        divergence = rate * math.log(rate / 0.01) + (1 - rate) * math.log((1 - rate) / 0.99)
        return self.requests[rate] * divergence / math.log(1000)


def picture(curves: list[Curve]) -> str:
    """The curves as SVG, on logarithmic axes; what takes more requests than the axis has leaves it above."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        ' aria-label="Requests until a bad canary is rolled back, by its true error rate">'
    )
    parts = [head, f"<style>{STYLE}</style>", *_grid()]
    labels = _label_heights(curves)
    for curve, colour in zip(curves, COLOURS, strict=True):
        parts += _curve(curve, colour, labels[curve.name])
    return "\n".join([*parts, "</svg>", ""])


def _grid() -> list[str]:
    parts = []
    for rate in (0.015, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0):
        x = _x(rate)
        parts.append(f'<path class="frame" d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}"/>')
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{rate:g}</text>')
    for requests in (1, 10, 100, 1000, 10_000):
        y = _y(requests)
        parts.append(f'<path class="frame" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{requests:,}</text>')
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 10}">true error rate of the canary; 0.01 is allowed</text>')
    return parts


def _curve(curve: Curve, colour: str, label_y: float) -> list[str]:
    points = [
        f"{_x(rate):.1f},{_y(requests):.1f}" for rate, requests in curve.requests.items() if requests <= REQUESTS[1]
    ]
    return [
        f'<polyline class="curve" stroke="{colour}" points="{" ".join(points)}"/>',
        f'<text x="{WIDTH - RIGHT + 12}" y="{label_y:.1f}" style="fill:{colour}">{curve.name}</text>',
    ]


def _label_heights(curves: list[Curve]) -> dict[str, float]:
    """One under the other, in the order in which the curves end."""
    ordered = sorted(curves, key=lambda curve: -curve.requests[1.0])
    return {curve.name: TOP + 150 + 22 * place for place, curve in enumerate(ordered)}


def _x(rate: float) -> float:
    share = math.log(rate / RATES[0]) / math.log(RATES[1] / RATES[0])
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _y(requests: float) -> float:
    share = math.log(requests / REQUESTS[0]) / math.log(REQUESTS[1] / REQUESTS[0])
    return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)
