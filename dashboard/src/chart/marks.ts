import type { JournalEvent } from "../api/events.js";
import { type Chosen } from "../live/fleet.js";
import type { Tone } from "../show/sign.js";

/** A change that stands in the journal, at its place in time. */
export interface Mark {
  readonly at: number; // Unix seconds
  readonly tone: Tone;
  readonly words: string;
}

/** The kinds of events that are marked, and how good they are. */
const TONES: Readonly<Record<string, Tone>> = {
  breaker_opened: "bad",
  breaker_half_opened: "notice",
  breaker_closed: "good",
  breaker_isolated: "off",
  breaker_reset: "good",
  readiness_lost: "bad",
  readiness_regained: "good",
  rollout_started: "notice",
  rollout_stepped_up: "notice",
  rollout_promoted: "notice",
  rollout_held: "warning",
  rollout_paused: "off",
  rollout_rolled_back: "bad",
  mode_changed: "off",
  agent_quarantined: "off",
  flag_changed: "off",
  instance_started: "notice",
  watchdog_alerted: "bad",
};

/** What is marked on the charts, oldest first; what several instances tell of in the same second is marked once. */
export function marksOf(events: readonly JournalEvent[], chosen: Chosen): readonly Mark[] {
  const marks = new Map<string, Mark>();
  for (const { instance, event } of events) {
    const tone = TONES[event.type];
    if (tone === undefined || (chosen !== "" && chosen !== instance)) continue;
    const words = `${event.type.replaceAll("_", " ")}: ${event.subject}`;
    marks.set(`${Math.round(event.at)} ${words}`, { at: event.at, tone, words });
  }
  return [...marks.values()].toSorted((one, other) => one.at - other.at);
}
