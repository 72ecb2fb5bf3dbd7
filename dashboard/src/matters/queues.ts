import type { Queue, Watchdogs } from "../api/watchdogs.js";
import { type Chosen, present } from "../live/fleet.js";
import { lastLook } from "../live/queues.js";
import { count, span } from "../show/figures.js";
import type { Found } from "./matter.js";

/** Seconds that an event may wait before it is a matter, where no watchdog says so. */
const OLD = 60;

/** What is not as it should be with the queues, as the instance sees them that told last. */
export function ofQueues(watchdogs: Watchdogs, chosen: Chosen): readonly Found[] {
  const queues = lastLook(present(watchdogs, chosen))?.queue_depth ?? [];
  return queues
    .flatMap((queue) => [ofWaiting(queue), ofDead(queue)])
    .filter((each) => each !== null);
}

function ofWaiting({ agent, topic, waiting, oldest_seconds, held, seconds_to_drain, watchdog, oldest_watchdog }: Queue): Found | null {
  const tone = worst(watchdog.state, oldest_watchdog.state) ?? ((oldest_seconds ?? 0) > OLD ? "warning" : null);
  if (tone === null) return null;
  const drained = seconds_to_drain === null ? "" : `, empty in ${span(seconds_to_drain)}`;
  return {
    tone: held ? "off" : tone,
    words: `${count(waiting)} events wait for ${agent} on ${topic}`,
    did: held ? "They are held, for the agent is quarantined." : `They are kept until they are delivered${drained}.`,
    next: held ? `ops release ${agent}` : "Look whether the agent's dependencies are well.",
  };
}

function ofDead({ agent, topic, dead_letters, dead_letters_watchdog, dead_letter_rate_watchdog }: Queue): Found | null {
  const tone = worst(dead_letters_watchdog.state, dead_letter_rate_watchdog.state) ?? (dead_letters > 0 ? "warning" : null);
  if (tone === null) return null;
  const letters = `${count(dead_letters)} dead ${dead_letters === 1 ? "letter" : "letters"} of ${agent} on ${topic}`;
  const again = `ops dead-letters list --agent ${agent}, then redrive or discard (docs/runbooks/poison-messages.md).`;
  return {
    tone,
    words: dead_letters > 0 ? letters : `events of ${agent} on ${topic} are given up again and again`,
    did: "They are kept, with the reason of the last failure.",
    next: again,
  };
}

type State = Queue["watchdog"]["state"];

function worst(...states: readonly State[]): "bad" | "warning" | null {
  if (states.includes("alert")) return "bad";
  return states.includes("warning") ? "warning" : null;
}
