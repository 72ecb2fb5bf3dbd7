import type { Chosen } from "../live/fleet.js";
import type { Journal } from "../live/journal.js";
import { sentenceOf } from "../show/journal-words.js";
import type { Tone } from "../show/sign.js";

/** A change that stands in the journal, at its place in time. */
export interface Mark {
  readonly at: number; // Unix seconds
  readonly tone: Tone;
  readonly words: string;
}

/** What is marked of one instance, where one is chosen. */
const OF_INSTANCE: ReadonlySet<string> = new Set([
  "instance_started",
  "breaker_opened",
  "breaker_closed",
  "breaker_isolated",
  "breaker_reset",
  "gate_shut",
  "gate_opened",
  "readiness_lost",
  "readiness_regained",
  "watchdog_alerted",
]);

/** What holds for every instance, whoever wrote it down. */
const OF_FLEET: ReadonlySet<string> = new Set([
  "rollout_started",
  "rollout_stepped_up",
  "rollout_promoted",
  "rollout_held",
  "rollout_paused",
  "rollout_rolled_back",
  "mode_changed",
  "agent_quarantined",
  "flag_changed",
]);

/** Seconds within which the same is marked once, however many instances tell of it. */
const TOGETHER = 30;

/** What is marked on the charts, oldest first. */
export function marksOf(journal: Journal, chosen: Chosen): readonly Mark[] {
  const marks: Mark[] = [];
  for (const { instance, event } of journal.toReversed()) {
    const own = chosen === "" || chosen === instance;
    if (!OF_FLEET.has(event.type) && !(own && OF_INSTANCE.has(event.type))) continue;
    const { kind, words } = sentenceOf(event);
    const told = marks.some((mark) => mark.words === words && Math.abs(event.at - mark.at) <= TOGETHER);
    if (!told) marks.push({ at: event.at, tone: kind, words });
  }
  return marks;
}
