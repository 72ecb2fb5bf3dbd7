import { h, type VNode } from "../vendor/preact.js";
import { count } from "./figures.js";

/** A figure at an instant, in Unix seconds. */
export interface Spot {
  readonly at: number;
  readonly value: number;
}

interface Contents {
  readonly label: string;
  readonly points: readonly Spot[]; // oldest first
}

/** Seconds that it goes back. */
const BACK = 1800;

/** Places along the line; what falls into the same one is drawn as its greatest. */
const PLACES = 120;

/** How a figure went in the last half hour, as a line without axes; its words name the least, the greatest and the last. */
export function Sparkline({ label, points }: Contents): VNode | null {
  const last = points.at(-1);
  if (!last || points.length < 2) return null;
  const values = points.map(({ value }) => value);
  const greatest = Math.max(1, ...values);
  const words = `${label}: from ${count(Math.min(...values))} to ${count(Math.max(...values))}, now ${count(last.value)}`;
  const line = [...places(points, last.at)].map(([place, value]) => `${place} ${(22 - (20 * value) / greatest).toFixed(1)}`);
  const begins = line[0]?.split(" ")[0] ?? "0";
  return (
    <svg class="sparkline" role="img" aria-label={words} viewBox={`0 0 ${PLACES} 24`} preserveAspectRatio="none">
      <path class="area" d={`M${begins} 24 L${line.join(" ")} ${PLACES} 24Z`} />
      <polyline class="line" points={line.join(" ")} />
    </svg>
  );
}

/** The greatest figure of each place that has one; the newest stands at the right end. */
function places(points: readonly Spot[], end: number): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const { at, value } of points) {
    const place = Math.round(PLACES * (1 - (end - at) / BACK));
    if (place >= 0) found.set(place, Math.max(value, found.get(place) ?? 0));
  }
  return found;
}
