import type { Node } from "../api/startup.js";
import { latency } from "../show/figures.js";
import { h, type VNode } from "../vendor/preact.js";
import { type Placed, placed } from "./startup-layout.js";

const WIDTH = 168; // of a node, as all that follows in units of the drawing
const HEIGHT = 40;
const ROOM = 20; // characters of a name
const BETWEEN = 56; // columns
const ABOVE = 14; // rows

interface Contents {
  readonly nodes: readonly Node[];
  readonly path: readonly string[]; // the critical one
}

/** The graph, from what starts first at the left; the critical path is drawn heavier, what is not critical dashed. */
export function StartupGraph({ nodes, path }: Contents): VNode {
  const places = placed(nodes);
  const columns = Math.max(...places.map(({ column }) => column)) + 1;
  const rows = Math.max(...places.map(({ row }) => row)) + 1;
  const width = columns * WIDTH + (columns - 1) * BETWEEN;
  const height = rows * HEIGHT + (rows - 1) * ABOVE;
  const label = `Startup graph of ${nodes.length} nodes; its critical path is ${path.join(", ")}. The same as a table follows.`;
  return (
    <div class="graph" tabIndex={0} role="group" aria-label="Startup graph, may be scrolled">
      <svg role="img" aria-label={label} viewBox={`-2 -2 ${width + 4} ${height + 4}`} width={width + 4} height={height + 4}>
        {places.flatMap((to) => edges(to, places, path))}
        {places.map((place) => drawn(place, path.includes(place.node.id)))}
      </svg>
    </div>
  );
}

function edges(to: Placed, places: readonly Placed[], path: readonly string[]): VNode[] {
  return places
    .filter(({ node }) => to.node.needs.includes(node.id))
    .map((from) => {
      const [x1, y1] = [left(from) + WIDTH, top(from) + HEIGHT / 2];
      const [x2, y2] = [left(to), top(to) + HEIGHT / 2];
      const bend = (x2 - x1) / 2;
      const heavy = path.indexOf(to.node.id) - path.indexOf(from.node.id) === 1 && path.includes(from.node.id);
      return (
        <path
          key={`${from.node.id} ${to.node.id}`}
          class={heavy ? "edge heavy" : "edge"}
          d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`}
        />
      );
    });
}

function drawn(place: Placed, heavy: boolean): VNode {
  const { node } = place;
  const [x, y] = [left(place), top(place)];
  const kind = `${node.status}${heavy ? " heavy" : ""}${node.critical ? "" : " optional"}`;
  return (
    <g key={node.id} class={`node ${kind}`} data-object={node.id}>
      <rect x={x} y={y} width={WIDTH} height={HEIGHT} rx="7" />
      <title>{node.id}</title>
      <text class="name" x={x + 12} y={y + 17}>{fitted(node.id)}</text>
      <text class="took" x={x + 12} y={y + 32}>{`${node.status} · ${latency(node.seconds)}`}</text>
    </g>
  );
}

/** A name as far as there is room for it. */
function fitted(name: string): string {
  return name.length > ROOM ? `${name.slice(0, ROOM - 1)}…` : name;
}

function left({ column }: Placed): number {
  return column * (WIDTH + BETWEEN);
}

function top({ row }: Placed): number {
  return row * (HEIGHT + ABOVE);
}
