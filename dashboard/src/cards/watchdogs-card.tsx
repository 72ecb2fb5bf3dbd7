import { named, type Queue, type Watchdog, type InstanceWatchdogs, type Watchdogs } from "../api/watchdogs.js";
import { Card, seenBy } from "../show/card.js";
import type { Instant } from "../live/clock.js";
import { count, latency, NONE, percent, perSecond, span } from "../show/figures.js";
import type { Reading } from "../live/reading.js";
import { Sign, type Tone } from "../show/sign.js";
import { type Row, Table } from "../show/table.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";

const TONES: Readonly<Record<Watchdog["state"], Tone>> = { ok: "good", warning: "warning", alert: "bad" };

/** Seconds from which a time is told in minutes and hours. */
const LONG = 60;

const COLUMNS = [
  { name: "Watchdog" },
  { name: "State" },
  { name: "Since", kind: "numeric" },
  { name: "Now", kind: "numeric" },
  { name: "Warns at", kind: "numeric" },
  { name: "Alerts at", kind: "numeric" },
] as const;

const QUEUE_COLUMNS = [
  { name: "Queue" },
  { name: "In a second", kind: "numeric" },
  { name: "Out a second", kind: "numeric" },
  { name: "Empty in", kind: "numeric" },
] as const;

export function WatchdogsCard({ reading, at }: { readonly reading: Reading<Watchdogs>; readonly at: Instant }): VNode {
  return <Card id="watchdogs" title="Watchdogs" reading={reading} at={at} about={seenBy} show={contents} />;
}

function contents({ instances }: Watchdogs): VNode {
  return <Fragment>{instances.slice(0, 1).map(ofInstance)}</Fragment>;
}

function ofInstance(watched: InstanceWatchdogs): VNode {
  return (
    <Fragment>
      {watched.error && (
        <p class="failure">
          <Sign tone="bad" word={watched.error} />
        </p>
      )}
      <Table caption="Watchdogs" columns={COLUMNS} rows={watched.watchdogs.map(row)} />
      {watched.queue_depth.length > 0 && (
        <Table caption="How queues move" columns={QUEUE_COLUMNS} rows={watched.queue_depth.map(queueRow)} />
      )}
    </Fragment>
  );
}

function row(watchdog: Watchdog): Row {
  const name = named(watchdog);
  const informs = watchdog.alert_threshold === null;
  const figures = [watchdog.value, watchdog.warning_threshold, watchdog.alert_threshold];
  const cells = [
    <Fragment>
      {name}
      {watchdog.state !== "ok" && watchdog.reason && <small>{watchdog.reason}</small>}
    </Fragment>,
    informs ? NONE : <Sign tone={TONES[watchdog.state]} word={watchdog.state} />,
    informs || watchdog.seconds_in_state === null ? NONE : span(watchdog.seconds_in_state),
    ...figures.map((figure) => measured(figure, watchdog.unit)),
  ];
  return { key: name, cells };
}

function queueRow(queue: Queue): Row {
  const name = `${queue.agent}: ${queue.topic}`;
  const remarks = [queue.held && "held: its agent is quarantined", queue.approximate && "approximate"].filter(Boolean);
  const cells = [
    <Fragment>
      {name}
      {remarks.length > 0 && <small>{remarks.join(", ")}</small>}
    </Fragment>,
    perSecond(queue.rate_in),
    perSecond(queue.rate_out),
    queue.seconds_to_drain === null ? NONE : span(queue.seconds_to_drain),
  ];
  return { key: name, cells };
}

function measured(value: number | null, unit: string): string {
  if (value === null) return NONE;
  if (unit === "ratio") return percent(value);
  if (unit === "seconds") return value >= LONG ? span(value) : latency(value);
  return count(value);
}
