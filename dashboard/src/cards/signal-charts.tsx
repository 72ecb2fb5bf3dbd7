import { Chart } from "../chart/chart.js";
import type { Series } from "../chart/drawing.js";
import type { Mark } from "../chart/marks.js";
import type { History } from "../live/history.js";
import { count, latency, NONE, perSecond } from "../show/figures.js";
import { h, type VNode } from "../vendor/preact.js";

const LATENCY: readonly Series[] = [
  { name: "p50", figure: (point) => point.p50 },
  { name: "p95", figure: (point) => point.p95 },
  { name: "p99", figure: (point) => point.p99 },
  { name: "failures' p99", figure: (point) => point.failureP99 },
];

const TRAFFIC: readonly Series[] = [
  { name: "all", figure: (point) => point.requests },
  { name: "failed", figure: (point) => point.failed },
  { name: "shed", figure: (point) => point.shed },
];

const SATURATION: readonly Series[] = [{ name: "requests in flight", figure: (point) => point.inFlight }];

function whole(value: number | null): string {
  return value === null ? NONE : count(value);
}

interface Contents {
  readonly history: History;
  readonly marks: readonly Mark[];
}

/** Latency, traffic and errors, and saturation over the last half hour. */
export function SignalCharts(drawn: Contents): VNode {
  return (
    <div class="charts">
      <Chart title="Latency of the slowest route" series={LATENCY} limit={null} unit="seconds" format={latency} {...drawn} />
      <Chart title="Requests a second" series={TRAFFIC} limit={null} unit="count" format={perSecond} {...drawn} />
      <Chart title="Saturation" series={SATURATION} limit={null} unit="count" format={whole} {...drawn} />
    </div>
  );
}
