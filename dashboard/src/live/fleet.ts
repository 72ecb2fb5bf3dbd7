import type { Instant } from "./clock.js";

/** What an instance told of itself, and when. */
export interface OfInstance {
  readonly instance: string;
  readonly boot_id: string;
  readonly heard_at: number; // Unix seconds, as `now`
}

/** What all instances told. */
export interface Fleet<T extends OfInstance> {
  readonly now: number; // Unix seconds, by the service's clock
  readonly problem: string; // why this is not the whole; "" when it is
  readonly others: readonly OfInstance[]; // which were there lately, and told nothing else
  readonly instances: readonly T[];
}

/** The instance that a person looks at; "" for all of them. */
export type Chosen = string;

/** Whose figures a person looks at, and when. */
export interface Look {
  readonly chosen: Chosen;
  readonly now: number; // Unix seconds, by the service's clock
  readonly at: Instant;
}

/** Seconds without a word after which an instance is silent: asleep, cut off or gone. */
const SILENT_AFTER = 30;

/** Those of which the present is known: heard of lately, and chosen. */
export function present<T extends OfInstance>(fleet: Fleet<T>, chosen: Chosen): readonly T[] {
  return fleet.instances.filter((each) => isChosen(each, chosen));
}

/** Those that have fallen silent, and are chosen; who was there a moment ago will tell soon. */
export function silent(fleet: Pick<Fleet<OfInstance>, "now" | "others">, chosen: Chosen): readonly OfInstance[] {
  return fleet.others.filter((each) => isChosen(each, chosen) && fleet.now - each.heard_at > SILENT_AFTER);
}

function isChosen(each: OfInstance, chosen: Chosen): boolean {
  return chosen === "" || each.instance === chosen;
}

/** Seconds for which something holds that an instance told of when it was so many seconds old. */
export function grownOlder(seconds: number, each: OfInstance, now: number): number {
  return seconds + Math.max(0, now - each.heard_at);
}
