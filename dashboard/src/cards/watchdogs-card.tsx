import type { InstanceWatchdogs, Watchdogs } from "../api/watchdogs.js";
import { type Chosen, present } from "../live/fleet.js";
import type { Instant } from "../live/clock.js";
import type { Reading } from "../live/reading.js";
import { type Watched, watched } from "../live/watched.js";
import { Card, ofFleet } from "../show/card.js";
import { count, NONE } from "../show/figures.js";
import { Problem } from "../show/problem.js";
import { Sign } from "../show/sign.js";
import { type Row, Table } from "../show/table.js";
import { measured, WATCHDOG_TONES } from "../show/watched.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";
import { Barking } from "./barking.js";

const COLUMNS = [
  { name: "Watchdog" },
  { name: "State" },
  { name: "Now", kind: "numeric" },
  { name: "Warns at", kind: "numeric" },
  { name: "Alerts at", kind: "numeric" },
] as const;

interface Contents {
  readonly reading: Reading<Watchdogs>;
  readonly chosen: Chosen;
  readonly now: number; // Unix seconds, by the service's clock
  readonly at: Instant;
}

/** The figures that somebody should look at once they grow too large: those that have, and in a few words the others. */
export function WatchdogsCard({ reading, chosen, now, at }: Contents): VNode {
  const about = ofFleet(chosen);
  return <Card id="watchdogs" title="Watchdogs" reading={reading} at={at} about={about} show={(value) => contents(value, chosen, now)} />;
}

function contents(watchdogs: Watchdogs, chosen: Chosen, now: number): VNode {
  const there = present(watchdogs, chosen);
  const found = watched(there);
  const barking = found.filter(({ worst }) => worst.watchdog.state !== "ok");
  const calm = found.filter(({ worst }) => worst.watchdog.state === "ok");
  return (
    <Fragment>
      <Problem fleet={watchdogs} chosen={chosen} />
      {errors(there).map((error) => (
        <p class="failure" key={error}>
          <Sign tone="bad" word={error} />
        </p>
      ))}
      {barking.length > 0 && (
        <ul class="barking">
          {barking.map((each) => (
            <Barking key={each.name} watched={each} now={now} />
          ))}
        </ul>
      )}
      {found.length === 0 && <p class="nothing">No instance tells of its watchdogs.</p>}
      {calm.length > 0 && (
        <details>
          <summary>{summary(calm, barking.length)}</summary>
          <Table caption="Watchdogs that are well" columns={COLUMNS} rows={calm.map(row)} />
        </details>
      )}
    </Fragment>
  );
}

function errors(instances: readonly InstanceWatchdogs[]): readonly string[] {
  const told = instances.filter((each) => each.error);
  const distinct = new Set(told.map((each) => each.error));
  return [...distinct].map((error) => {
    const by = told.filter((each) => each.error === error).map((each) => each.instance);
    return `${error} (as ${by.slice(0, 3).join(", ")}${by.length > 3 ? ` and ${by.length - 3} more` : ""} found)`;
  });
}

function summary(calm: readonly Watched[], barking: number): VNode {
  const judged = calm.filter(({ worst }) => worst.watchdog.alert_threshold !== null).length;
  return <Sign tone="good" word={barking === 0 ? `all ${count(judged)} are well` : `${count(judged)} others are well`} />;
}

function row({ name, worst, all }: Watched): Row {
  const { watchdog } = worst;
  const informs = watchdog.alert_threshold === null;
  const cells = [
    name,
    informs ? NONE : <Sign tone={WATCHDOG_TONES[watchdog.state]} word={watchdog.state} />,
    range(all.map((each) => each.watchdog.value), watchdog.unit),
    measured(watchdog.warning_threshold, watchdog.unit),
    measured(watchdog.alert_threshold, watchdog.unit),
  ];
  return { key: name, cells };
}

/** From the least to the greatest of the instances' figures. */
function range(values: readonly (number | null)[], unit: string): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return NONE;
  const [least, greatest] = [measured(Math.min(...known), unit), measured(Math.max(...known), unit)];
  return least === greatest ? least : `${least} to ${greatest}`;
}
