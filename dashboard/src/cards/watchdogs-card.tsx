import type { Watchdog, Watchdogs } from "../api/watchdogs.js";
import { Card, seenBy } from "../card.js";
import type { Instant } from "../clock.js";
import { count, latency, NONE } from "../figures.js";
import type { Reading } from "../reading.js";
import { Sign, type Tone } from "../sign.js";
import { Table } from "../table.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";

const TONES: Readonly<Record<Watchdog["state"], Tone>> = { ok: "good", warning: "warning", alert: "bad" };

const COLUMNS = [
  { name: "Watchdog" },
  { name: "State" },
  { name: "Now", kind: "numeric" },
  { name: "Warns at", kind: "numeric" },
  { name: "Alerts at", kind: "numeric" },
] as const;

export function WatchdogsCard({ reading, at }: { readonly reading: Reading<Watchdogs>; readonly at: Instant }): VNode {
  return <Card id="watchdogs" title="Watchdogs" reading={reading} at={at} about={seenBy} show={contents} />;
}

function contents(watched: Watchdogs): VNode {
  const rows = [
    row("AI latency, p99", watched.ai_latency.watchdog),
    ...watched.queue_depth.flatMap((queue) => [
      row(`${queue.agent}: ${queue.topic} waiting`, queue.watchdog),
      row(`${queue.agent}: ${queue.topic} dead letters`, queue.dead_letters_watchdog),
    ]),
  ];
  return (
    <Fragment>
      {watched.error && (
        <p class="failure">
          <Sign tone="bad" word={watched.error} />
        </p>
      )}
      <Table caption="Watchdogs" columns={COLUMNS} rows={rows} />
    </Fragment>
  );
}

function row(name: string, watchdog: Watchdog): { key: string; cells: (VNode | string)[] } {
  const sign = <Sign tone={TONES[watchdog.state]} word={watchdog.state} />;
  const figures = [watchdog.value, watchdog.warning_threshold, watchdog.alert_threshold];
  return { key: name, cells: [name, sign, ...figures.map((figure) => measured(figure, watchdog.unit))] };
}

function measured(value: number | null, unit: string): string {
  if (value === null) return NONE;
  return unit === "seconds" ? latency(value) : count(value);
}
