import type { GoldenSignals, Route } from "../api/golden-signals.js";
import { Card } from "../show/card.js";
import type { Instant } from "../live/clock.js";
import { count, latency, NONE, percent, perSecond, span } from "../show/figures.js";
import type { Answer, Reading } from "../live/reading.js";
import { Table } from "../show/table.js";
import { failed, ofCallers, rate, type Samples, share, shed, sumOfCallers } from "../live/traffic.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";

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
  readonly reading: Reading<GoldenSignals>;
  readonly samples: Samples;
  readonly at: Instant;
}

export function GoldenSignalsCard({ reading, samples, at }: Contents): VNode {
  const show = (signals: GoldenSignals): VNode => contents(signals, samples);
  return <Card id="golden-signals" title="Golden signals" reading={reading} at={at} about={fleet} show={show} />;
}

function fleet({ value }: Answer<GoldenSignals>): string {
  const instances = value.instances.length;
  const oldest = Math.max(0, ...value.instances.map((heard) => heard.age));
  return `${count(instances)} ${instances === 1 ? "instance" : "instances"}, heard within ${span(oldest + 1)}`;
}

function contents(signals: GoldenSignals, samples: Samples): VNode {
  const routes = [...signals.routes];
  const callers = routes.filter(([name]) => ofCallers(name));
  const others = routes.filter(([name]) => !ofCallers(name));
  return (
    <Fragment>
      <dl class="tiles">{tiles(signals, callers, samples)}</dl>
      {callers.length === 0 && <p class="nothing">No caller has come yet.</p>}
      {callers.length > 0 && table("What callers asked", callers, samples)}
      <p class="legend">
        Counts are since the start; what was shed is no failure. Rates and percentiles are of the last
        minute at most, percentiles of what succeeded.
      </p>
      {others.length > 0 && (
        <details>
          <summary>{`${count(others.length)} more: health, observers, operators and the service itself`}</summary>
          {table("What others asked", others, samples)}
        </details>
      )}
    </Fragment>
  );
}

type Named = readonly [string, Route];

function tiles(signals: GoldenSignals, callers: readonly Named[], samples: Samples): VNode[] {
  const traffic = rate(samples, (routes) => sumOfCallers(routes, (route) => route.requests));
  const told = callers.every(([, route]) => route.shed !== null); // an older service tells of none apart
  const slowest = Math.max(...callers.map(([, route]) => route.success.p99 ?? -1));
  return [
    tile("Traffic", perSecond(traffic), "callers' requests a second"),
    tile("Errors", percent(share(samples, failed)), "of them failed (5xx)"),
    tile("Shed", percent(told ? share(samples, shed) : null), "of them turned away (503)"),
    tile("Latency", latency(slowest < 0 ? null : slowest), "p99 of the slowest route"),
    tile("Saturation", count(signals.in_flight), "requests being answered"),
    tile("Connections", count(signals.open_connections), "open"),
  ];
}

function tile(name: string, figure: string, meaning: string): VNode {
  return (
    <div key={name}>
      <dt>{name}</dt>
      <dd>{figure}</dd>
      <dd class="meaning">{meaning}</dd>
    </div>
  );
}

function table(caption: string, routes: readonly Named[], samples: Samples): VNode {
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
    route.shed === null ? NONE : count(route.shed),
    latency(route.success.p50),
    latency(route.success.p95),
    latency(route.success.p99),
  ];
}
