import type { GoldenSignals, Route } from "../api/golden-signals.js";
import type { Mark } from "../chart/marks.js";
import type { Chosen, Look } from "../live/fleet.js";
import type { History } from "../live/history.js";
import type { Answer, Reading } from "../live/reading.js";
import { failed, ofCallers, rate, type Samples, share, shed, slowest, sumOfCallers } from "../live/traffic.js";
import { Card } from "../show/card.js";
import { count, latency, NONE, percent, perSecond, span } from "../show/figures.js";
import { Remark } from "../show/remark.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";
import { Causes } from "./causes.js";
import { RoutesTable } from "./routes-table.js";
import { SignalCharts } from "./signal-charts.js";

interface Contents extends Look {
  readonly reading: Reading<GoldenSignals>;
  readonly samples: Samples;
  readonly history: History;
  readonly marks: readonly Mark[];
}

export function GoldenSignalsCard({ reading, samples, history, marks, chosen, at }: Contents): VNode {
  const show = (signals: GoldenSignals): VNode => contents({ signals, samples, history, marks });
  const about = ({ value }: Answer<GoldenSignals>): string => ofWhom(value, chosen);
  return <Card id="golden-signals" title="Golden signals" reading={reading} at={at} about={about} show={show} />;
}

function ofWhom({ instances }: GoldenSignals, chosen: Chosen): string {
  const oldest = Math.max(0, ...instances.map((heard) => heard.age));
  const whose = chosen ? `of ${chosen}` : `${count(instances.length)} ${instances.length === 1 ? "instance" : "instances"}`;
  return `${whose}, heard within ${span(oldest + 1)}`;
}

interface Shown extends Pick<Contents, "samples" | "history" | "marks"> {
  readonly signals: GoldenSignals;
}

function contents({ signals, samples, history, marks }: Shown): VNode {
  const routes = [...signals.routes];
  const callers = routes.filter(([name]) => ofCallers(name));
  const others = routes.filter(([name]) => !ofCallers(name));
  return (
    <Fragment>
      {signals.problem && <Remark tone="unknown" word={signals.problem} />}
      <dl class="tiles">{tiles(signals, callers, samples)}</dl>
      {callers.length === 0 && <p class="nothing">No caller has come yet: figures begin with the first request.</p>}
      <SignalCharts history={history} marks={marks} />
      <Causes samples={samples} />
      {callers.length > 0 && <RoutesTable caption="What callers asked" routes={callers} samples={samples} />}
      <p class="legend">
        Counts are since the start; what was shed is no failure. Rates and percentiles are of the last minute at most,
        percentiles of what succeeded.
      </p>
      {others.length > 0 && (
        <details>
          <summary>{`${count(others.length)} more: health, observers, operators and the service itself`}</summary>
          <RoutesTable caption="What others asked" routes={others} samples={samples} />
        </details>
      )}
    </Fragment>
  );
}

function tiles(signals: GoldenSignals, callers: readonly (readonly [string, Route])[], samples: Samples): VNode[] {
  const traffic = rate(samples, (routes) => sumOfCallers(routes, (route) => route.requests));
  const told = callers.every(([, route]) => route.shed !== null); // an older service tells of none apart
  return [
    tile("Traffic", perSecond(traffic), "callers' requests a second"),
    tile("Errors", percent(share(samples, failed)), "of them failed (5xx)"),
    tile("Shed", told ? percent(share(samples, shed)) : NONE, "of them turned away (503)"),
    tile("Latency", latency(slowest(signals.routes)?.[1].success.p99 ?? null), "p99 of the slowest route"),
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
