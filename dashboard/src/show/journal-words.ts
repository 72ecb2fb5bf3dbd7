import { spoken } from "./figures.js";
import type { Tone } from "./sign.js";

/** How good or bad an event is. */
export type Kind = Extract<Tone, "bad" | "warning" | "good" | "notice">;

export const KINDS: readonly Kind[] = ["bad", "warning", "good", "notice"];

type Sentence = readonly [kind: Kind, before: string, after: string];

/** What is said of each type of event, before and after its subject. */
const SENTENCES: Readonly<Record<string, Sentence>> = {
  instance_started: ["notice", "", "started"],
  instance_draining: ["notice", "", "drains: it takes no more requests"],
  breaker_opened: ["bad", "breaker", "opened"],
  breaker_half_opened: ["notice", "breaker", "probes"],
  breaker_closed: ["good", "breaker", "closed"],
  breaker_isolated: ["warning", "breaker", "was isolated"],
  breaker_reset: ["good", "breaker", "was reset"],
  gate_opened: ["good", "gate", "is ready"],
  gate_shut: ["bad", "gate", "is not ready"],
  gate_check_passed: ["notice", "a check of gate", "passed"],
  gate_check_failed: ["warning", "a check of gate", "failed"],
  readiness_regained: ["good", "", "takes requests"],
  readiness_lost: ["bad", "", "turns requests away"],
  rollout_started: ["notice", "rollout", "started"],
  rollout_paused: ["notice", "rollout", "was paused"],
  rollout_resumed: ["notice", "rollout", "was resumed"],
  rollout_promoted: ["notice", "rollout", "was promoted"],
  rollout_stepped_up: ["good", "rollout", "took its next step"],
  rollout_held: ["warning", "rollout", "holds"],
  rollout_released: ["good", "rollout", "goes on"],
  rollout_rolled_back: ["bad", "rollout", "was rolled back"],
  rollout_seen: ["notice", "a new version of rollout", "arrived"],
  watchdog_warned: ["warning", "watchdog", "warns"],
  watchdog_alerted: ["bad", "watchdog", "alerts"],
  watchdog_recovered: ["good", "watchdog", "is well again"],
  mode_changed: ["warning", "mode", "was changed"],
  agent_quarantined: ["warning", "agent", "was quarantined"],
  agent_released: ["good", "agent", "was released"],
  flag_changed: ["notice", "flag", "was changed"],
  operations_unreadable: ["bad", "", "cannot read what operators set"],
  control_copy_stale: ["warning", "", "goes on with an old control copy"],
  control_copy_fresh: ["good", "", "has a fresh control copy again"],
  fault_set: ["warning", "fault of", "was set"],
  fault_cleared: ["good", "fault of", "was cleared"],
  wrong_tokens: ["warning", "wrong tokens of", "were shown"],
};

/** A type of event as people read it; one that the page does not know by the name that the service gives it. */
export function sentence(type: string): Sentence {
  return SENTENCES[type] ?? ["notice", "", spoken(type)];
}
