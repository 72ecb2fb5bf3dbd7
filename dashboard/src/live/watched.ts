import { type InstanceWatchdogs, urgency, type Watchdog, watchdogName } from "../api/watchdogs.js";
import { grouped, type Its } from "./grouped.js";
import { lastLook } from "./queues.js";

/** A watchdog of the fleet: as each instance has it, the worst first. */
export interface Watched {
  readonly name: string;
  readonly worst: Its<Watchdog>;
  readonly all: readonly Its<Watchdog>[];
}

/** The watchdogs of these instances, by name, the worst first; one of the queue, which is everybody's, as the last look saw it. */
export function watched(instances: readonly InstanceWatchdogs[]): readonly Watched[] {
  const last = lastLook(instances);
  const groups = grouped(instances, (each) => each.watchdogs.filter((one) => each === last || !ofQueue(one)), watchdogName);
  const found = [...groups].flatMap(([name, group]): readonly Watched[] => {
    const all = group.toSorted(byUrgency);
    return all[0] ? [{ name, worst: all[0], all }] : [];
  });
  return found.toSorted((one, other) => byUrgency(one.worst, other.worst));
}

function byUrgency(one: Its<Watchdog>, other: Its<Watchdog>): number {
  return urgency(one.value.state) - urgency(other.value.state);
}

/** Those that are of a queue have a subject with an agent and a topic. */
function ofQueue({ name }: Watchdog): boolean {
  return /^(queue|dead_letter)/.test(name);
}
