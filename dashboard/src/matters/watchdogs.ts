import { type Watchdogs, watchdogName } from "../api/watchdogs.js";
import { type Chosen, present } from "../live/fleet.js";
import type { Found } from "./matter.js";

/** Of queues the queues' card tells. */
const OF_QUEUES: ReadonlySet<string> = new Set(["queue_depth", "queue_age", "dead_letters", "dead_letter_rate"]);

export function ofWatchdogs(watchdogs: Watchdogs, chosen: Chosen): readonly Found[] {
  const instances = present(watchdogs, chosen);
  const errors = [...new Set(instances.map((each) => each.error).filter(Boolean))];
  const found = errors.map((words): Found => ({ tone: "bad", words, did: "Events are kept.", next: "Look at the queue's store." }));
  for (const [state, tone, verb] of [["alert", "bad", "alert"], ["warning", "warning", "warn"]] as const) {
    const those = instances.flatMap((each) => each.watchdogs.filter((one) => one.state === state && !OF_QUEUES.has(one.name)));
    if (those.length === 0) continue;
    const names = [...new Set(those.map(watchdogName))].join("; ");
    found.push({
      tone,
      words: `watchdogs ${verb}: ${names}`,
      did: those[0]?.reason ?? "",
      next: "docs/watchdogs.md says what each of them means.",
    });
  }
  return found;
}
