import type { Route } from "../api/golden-signals.js";
import { failed, rate, type Samples, shed } from "../live/traffic.js";
import { count, latency, NONE, perSecond } from "../show/figures.js";
import { Table } from "../show/table.js";
import { h, type VNode } from "../vendor/preact.js";

const COLUMNS = [
  { name: "Route" },
  { name: "Requests", kind: "numeric" },
  { name: "A second", kind: "numeric" },
  { name: "Succeeded", kind: "numeric" },
  { name: "Refused (4xx)", kind: "numeric" },
  { name: "Failed (5xx)", kind: "numeric" },
  { name: "Shed (503)", kind: "numeric" },
  { name: "p50", kind: "numeric" },
  { name: "p95", kind: "numeric" },
  { name: "p99", kind: "numeric" },
] as const;

interface Contents {
  readonly caption: string;
  readonly routes: readonly (readonly [string, Route])[];
  readonly samples: Samples;
}

/** What was asked and answered, route by route. */
export function RoutesTable({ caption, routes, samples }: Contents): VNode {
  const rows = routes.map(([name, route]) => ({ key: name, cells: cells(name, route, samples) }));
  return <Table caption={caption} columns={COLUMNS} rows={rows} />;
}

function cells(name: string, route: Route, samples: Samples): readonly (VNode | string)[] {
  return [
    <code>{name}</code>,
    count(route.requests),
    perSecond(rate(samples, (routes) => routes.get(name)?.requests ?? 0)),
    count(route.success.count),
    count(route.client_errors),
    count(failed(route)),
    route.shed === null ? NONE : count(shed(route)),
    latency(route.success.p50),
    latency(route.success.p95),
    latency(route.success.p99),
  ];
}
