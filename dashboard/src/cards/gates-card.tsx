import type { Gate, Gates, InstanceGates } from "../api/gates.js";
import { grownOlder, type Look } from "../live/fleet.js";
import { grouped, type Its } from "../live/grouped.js";
import type { Reading } from "../live/reading.js";
import { FleetCard } from "../show/card.js";
import { count, latency, span } from "../show/figures.js";
import { Pips } from "../show/pips.js";
import { Remark } from "../show/remark.js";
import { Sign, type Tone } from "../show/sign.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";

/** Instances whose checks are shown of each gate: the worst off. */
const SHOWN = 3;

interface Contents extends Look {
  readonly reading: Reading<Gates>;
}

export function GatesCard({ reading, chosen, now, at }: Contents): VNode {
  const show = (instances: readonly InstanceGates[]): VNode => (
    <Fragment>
      <Readiness instances={instances} />
      <ul class="gates">{rows(instances, now)}</ul>
    </Fragment>
  );
  return <FleetCard id="gates" title="Health gates" reading={reading} chosen={chosen} at={at} show={show} />;
}

function Readiness({ instances }: { readonly instances: readonly InstanceGates[] }): VNode {
  const ready = instances.filter((each) => each.status === "ready").length;
  const stale = instances.filter((each) => each.stale).length;
  return (
    <Fragment>
      <p class="lead" data-state>
        {readiness(ready, instances.length)}
      </p>
      {stale > 0 && <Remark tone="unknown" word={`${of(stale, instances.length)} checked too long ago to tell of the present.`} />}
    </Fragment>
  );
}

function readiness(ready: number, all: number): VNode {
  if (all === 0) return <Sign tone="unknown" word="No instance tells whether it takes requests." />;
  const one = all === 1;
  if (ready === all) return <Sign tone="good" word={one ? "The instance takes requests." : `All ${count(all)} instances take requests.`} />;
  const unready = one ? "The instance is not ready: it turns" : `${of(all - ready, all)} are not ready: they turn`;
  return <Sign tone="bad" word={`${unready} requests away.`} />;
}

function of(some: number, all: number): string {
  return `${count(some)} of ${count(all)} instances`;
}

function rows(instances: readonly InstanceGates[], now: number): readonly VNode[] {
  const next = new Map(instances.map((each) => [each.instance, nextRound(each, now)]));
  return [...grouped(instances, (each) => each.health_gates)]
    .map(([name, group]) => ({ name, group: group.toSorted((one, other) => Number(one.value.ready) - Number(other.value.ready)) }))
    .map(({ name, group }) => <Row key={name} name={name} group={group} next={next} now={now} />);
}

interface Shown {
  readonly name: string;
  readonly group: readonly Its<Gate>[]; // of each instance, those that are shut first
  readonly next: ReadonlyMap<string, string>;
  readonly now: number;
}

function Row({ name, group, next, now }: Shown): VNode | null {
  const worst = group[0];
  if (!worst) return null;
  const shut = group.filter((each) => !each.value.ready).length;
  return (
    <li class="gate" data-object={name}>
      <header>
        <h3>{name}</h3>
        <small>{worst.value.critical ? "critical" : "not critical"}</small>
        <p data-state>
          <Sign tone={tone(worst.value)} word={worst.value.ready ? "ready" : "not ready"} />
          {shut > 0 && group.length > 1 && <small>{`on ${of(shut, group.length)}`}</small>}
        </p>
      </header>
      {group.slice(0, shut > 0 ? Math.min(SHOWN, shut) : 1).map(({ of: instance, value }) => (
        <div class="checks" key={instance.instance}>
          <Pips label={`${instance.instance}, last checks of ${name}`} checks={value.recent} />
          <p>
            {`${count(Math.min(value.consecutive_passes, value.required))} of ${count(value.required)} passes`}
            <small>{rest(value, instance.instance, group.length, next)}</small>
          </p>
          <p class="since">{since(value, instance, now)}</p>
          {value.last_error && <p class="error">{value.last_error}</p>}
        </div>
      ))}
    </li>
  );
}

function rest(gate: Gate, instance: string, instances: number, next: ReadonlyMap<string, string>): string {
  const took = gate.last_seconds === null ? "not checked yet" : `check took ${latency(gate.last_seconds)}`;
  const whose = instances > 1 ? `${instance}: ` : "";
  return `${whose}${took}, next ${next.get(instance) ?? "not known"}`;
}

function since({ seconds_in_state }: Gate, instance: Its<Gate>["of"], now: number): string {
  return seconds_in_state === null ? "never ready yet" : `for ${span(grownOlder(seconds_in_state, instance, now))}`;
}

function nextRound(each: InstanceGates, now: number): string {
  const left = each.next_round_in - Math.max(0, now - each.heard_at);
  return left >= 1 ? `in ${span(left)}` : "now";
}

function tone(gate: Gate): Tone {
  if (gate.ready) return "good";
  return gate.critical ? "bad" : "warning";
}
