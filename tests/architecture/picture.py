"""docs/architecture.svg: the rooms in layers, a panel for each program."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.architecture.layers import Layout, Place, layout
from tests.architecture.rooms import House

BOX_WIDTH, BOX_HEIGHT, LAYER = 104, 28, 54
EDGE, TITLE, GAP = 16, 34, 18
STYLE = (
    "text{font:12.5px system-ui,sans-serif;fill:#1f2328;text-anchor:middle}"
    ".title{font-weight:600;font-size:14px;text-anchor:start}.note{fill:#57606a;text-anchor:start}"
    ".ground{fill:#fff}.panel{fill:#f6f8fa;stroke:#d0d7de}.room{fill:#fff;stroke:#8c959f}"
    ".plain{fill:#ddf4ff;stroke:#0969da}.arrow{fill:none;stroke:#57606a;stroke-width:1.3}.head{fill:#57606a}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.note{fill:#9da7b3}.ground{fill:#0d1117}"
    ".panel{fill:#151b23;stroke:#3d444d}.room{fill:#212830;stroke:#656c76}.plain{fill:#0c2d6b;stroke:#4493f8}"
    ".arrow{stroke:#9198a1}.head{fill:#9198a1}}"
)
HEAD = (
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path class="head" d="M0 0L8 4L0 8z"/></marker></defs>'
)
ROWS = (("service", "harness"), ("ops", "stacks"))
"""The panels, from above; the load tests stand on the harness."""

TITLES = {"harness": "harness, and the scenarios that stand on it"}
NOTE = (
    "An arrow: imports; there is none where a longer way of arrows leads there too. "
    "Blue: stands on Python's own library alone."
)


@dataclass(frozen=True, kw_only=True)
class _Panel:
    title: str
    placed: Layout
    plain: frozenset[str]

    @property
    def width(self) -> float:
        return self.placed.width + 2 * EDGE

    @property
    def height(self) -> float:
        return TITLE + (self.placed.layers - 1) * LAYER + BOX_HEIGHT + 2 * EDGE

    def drawn(self, x: float, y: float) -> list[str]:
        left, top = x + EDGE, y + EDGE + TITLE
        return [
            f'<rect class="panel" x="{x:.0f}" y="{y:.0f}" width="{self.width:.0f}" height="{self.height:.0f}" rx="8"/>',
            f'<text class="title" x="{left:.0f}" y="{y + 28:.0f}">{self.title}</text>',
            *(_arrow([_at(place, left, top) for place in way]) for _, way in sorted(self.placed.arrows.items())),
            *(
                line
                for name, place in sorted(self.placed.rooms.items())
                for line in _room(name, _at(place, left, top), plain=name in self.plain)
            ),
        ]


def picture(house: House) -> str:
    """The house as SVG, for light and dark pages."""
    rows = [[_panel(title, house) for title in row] for row in ROWS]
    width = max(sum(panel.width for panel in row) + GAP * (len(row) + 1) for row in rows)
    height = sum(max(panel.height for panel in row) + GAP for row in rows) + GAP + 24
    size = f"{width:.0f} {height:.0f}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" role="img" aria-label="Who imports whom">',
        f"<style>{STYLE}</style>",
        HEAD,
        f'<rect class="ground" width="{width:.0f}" height="{height:.0f}"/>',
    ]
    y = float(GAP)
    for row in rows:
        x = float(GAP)
        for panel in row:
            parts += panel.drawn(x, y)
            x += panel.width + GAP
        y += max(panel.height for panel in row) + GAP
    parts.append(f'<text class="note" x="{GAP}" y="{y + 10:.0f}">{NOTE}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _panel(title: str, house: House) -> _Panel:
    inside = frozenset((room, target) for room, target in house.imports if target.split(".", 1)[0] == title)
    placed = (
        layout(inside)
        if inside
        else Layout(rooms={title: (BOX_WIDTH / 2, 0)}, arrows={}, width=float(BOX_WIDTH), layers=1)
    )
    return _Panel(title=TITLES.get(title, title), placed=placed, plain=house.plain)


def _at(place: Place, left: float, top: float) -> tuple[float, float]:
    """The upper edge of what stands there."""
    across, layer = place
    return left + across, top + layer * LAYER


def _room(name: str, place: tuple[float, float], *, plain: bool) -> list[str]:
    x, y = place
    kind, left = "room plain" if plain else "room", x - BOX_WIDTH / 2
    label = name.split(".", 1)[-1]
    return [
        f'<rect class="{kind}" x="{left:.0f}" y="{y:.0f}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="5"/>',
        f'<text x="{x:.0f}" y="{y + 19:.0f}">{label}</text>',
    ]


def _arrow(way: Sequence[tuple[float, float]]) -> str:
    (x, y), path = way[0], []
    path.append(f"M{x:.0f} {y + BOX_HEIGHT:.0f}")
    for (from_x, from_y), (to_x, to_y) in pairwise(way):
        middle = (from_y + BOX_HEIGHT + to_y) / 2
        path.append(f"C{from_x:.0f} {middle:.0f} {to_x:.0f} {middle:.0f} {to_x:.0f} {to_y:.0f}")
        if to_y != way[-1][1]:
            path.append(f"V{to_y + BOX_HEIGHT:.0f}")
    return f'<path class="arrow" d="{"".join(path)}" marker-end="url(#head)"/>'
