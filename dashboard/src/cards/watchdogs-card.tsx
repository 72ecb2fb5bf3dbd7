import type { InstanceWatchdogs, Watchdogs } from "../api/watchdogs.js";
import type { Look } from "../live/fleet.js";
import type { Reading } from "../live/reading.js";
import { type Watched, watched } from "../live/watched.js";
import { FleetCard } from "../show/card.js";
import { count, fewOf, NONE } from "../show/figures.js";
import { Sign } from "../show/sign.js";
import { type Row, Table } from "../show/table.js";
import { measured, WATCHDOG_TONES } from "../show/watchdog-figures.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";
import { Barking } from "./barking.js";

const COLUMNS = [
  { name: "Watchdog" },
  { name: "State" },
  { name: "Now", kind: "numeric" },
  { name: "Warns at", kind: "numeric" },
  { name: "Alerts at", kind: "numeric" },
] as const;

interface Contents extends Look {
  readonly reading: Reading<Watchdogs>;
}

/** The figures that somebody should look at once they grow too large: those that have, and in a few words the others. */
export function WatchdogsCard({ reading, chosen, now, at }: Contents): VNode {
  const show = (instances: readonly InstanceWatchdogs[]): VNode => contents(instances, now);
  return <FleetCard id="watchdogs" title="Watchdogs" reading={reading} chosen={chosen} at={at} show={show} />;
}

function contents(instances: readonly InstanceWatchdogs[], now: number): VNode {
  const found = watched(instances);
  const barking = found.filter(({ worst }) => worst.value.state !== "ok");
  const calm = found.filter(({ worst }) => worst.value.state === "ok");
  return (
    <Fragment>
      {errors(instances).map((error) => (
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
  return [...Map.groupBy(told, ({ error }) => error)].map(([error, by]) => `${error} (as ${fewOf(by.map((each) => each.instance))} found)`);
}

function summary(calm: readonly Watched[], barking: number): VNode {
  const judged = calm.filter(({ worst }) => worst.value.alert_threshold !== null).length;
  return <Sign tone="good" word={barking === 0 ? `all ${count(judged)} are well` : `${count(judged)} others are well`} />;
}

function row({ name, worst, all }: Watched): Row {
  const { value: watchdog } = worst;
  const informs = watchdog.alert_threshold === null;
  const cells = [
    name,
    informs ? NONE : <Sign tone={WATCHDOG_TONES[watchdog.state]} word={watchdog.state} />,
    range(all.map(({ value: { value } }) => value), watchdog.unit),
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
