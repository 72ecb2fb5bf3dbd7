import { Chart } from "../chart/chart.js";
import type { Mark } from "../chart/marks.js";
import type { History, Point } from "../live/history.js";
import { latency, NONE, perSecond } from "../show/figures.js";
import { h, type VNode } from "../vendor/preact.js";

interface Contents {
  readonly history: History;
  readonly marks: readonly Mark[];
  readonly slowest: string; // the route whose latency is drawn; "" while there is none
}

/** Latency, traffic and errors, and saturation over the last half hour. */
export function SignalCharts({ history, marks, slowest }: Contents): VNode {
  const times = history.map((point) => point.at);
  const line = (name: string, figure: (point: Point) => number | null) => ({ name, values: history.map(figure) });
  return (
    <div class="charts">
      <Chart
        title={`Latency${slowest && ` of ${slowest}`}`}
        times={times}
        marks={marks}
        limit={null}
        said={latency}
        lines={[
          line("p50", (point) => point.p50),
          line("p95", (point) => point.p95),
          line("p99", (point) => point.p99),
          line("failures' p99", (point) => point.failureP99),
        ]}
      />
      <Chart
        title="Requests a second"
        times={times}
        marks={marks}
        limit={null}
        said={perSecond}
        lines={[
          line("all", (point) => point.requests),
          line("failed", (point) => point.failed),
          line("shed", (point) => point.shed),
        ]}
      />
      <Chart
        title="Saturation"
        times={times}
        marks={marks}
        limit={null}
        said={(value) => (value === null ? NONE : value.toFixed(0))}
        lines={[line("requests in flight", (point) => point.inFlight)]}
      />
    </div>
  );
}
