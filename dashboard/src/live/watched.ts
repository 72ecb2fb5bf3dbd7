import { type InstanceWatchdogs, named, urgency, type Watchdog } from "../api/watchdogs.js";
import { lastLook } from "./queues.js";

/** A watchdog as one instance has it. */
export interface Seen {
  readonly of: InstanceWatchdogs;
  readonly watchdog: Watchdog;
}

/** A watchdog of the fleet: as each instance has it, the worst first. */
export interface Watched {
  readonly name: string;
  readonly worst: Seen;
  readonly all: readonly Seen[];
}

/** The watchdogs of these instances, by name, the worst first; one of the queue, which is everybody's, as the last look saw it. */
export function watched(instances: readonly InstanceWatchdogs[]): readonly Watched[] {
  const last = lastLook(instances);
  const groups = new Map<string, Seen[]>();
  for (const of of instances) {
    for (const watchdog of of.watchdogs) {
      if (ofQueue(watchdog) && of !== last) continue;
      const name = named(watchdog);
      groups.set(name, [...(groups.get(name) ?? []), { of, watchdog }]);
    }
  }
  const found = [...groups].flatMap(([name, seen]): readonly Watched[] => {
    const all = seen.toSorted((one, other) => urgency(one.watchdog.state) - urgency(other.watchdog.state));
    return all[0] ? [{ name, worst: all[0], all }] : [];
  });
  return found.toSorted((one, other) => urgency(one.worst.watchdog.state) - urgency(other.worst.watchdog.state));
}

/** Those that are of a queue have a subject with an agent and a topic. */
function ofQueue({ name }: Watchdog): boolean {
  return /^(queue|dead_letter)/.test(name);
}
