import type { JournalEvent } from "../api/events.js";
import { type Watchdog, watchdogName } from "../api/watchdogs.js";
import { spoken } from "./figures.js";
import type { Tone } from "./sign.js";

/** How good or bad an event is. */
export type Kind = Extract<Tone, "bad" | "warning" | "good" | "notice">;

export const KINDS: readonly Kind[] = ["bad", "warning", "good", "notice"];

type Template = readonly [kind: Kind, before: string, after: string];

/** What is said of each type of event, before and after its subject. */
const TEMPLATES: Readonly<Record<string, Template>> = {
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
  watchdog_warned: ["warning", "", "warns"],
  watchdog_alerted: ["bad", "", "alerts"],
  watchdog_recovered: ["good", "", "is well again"],
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

/** An event as people read it: how good or bad it is, and what happened. */
interface Sentence {
  readonly kind: Kind;
  readonly words: string;
}

/** What an event says; one of a type that the page does not know by the name that the service gives it. */
export function sentenceOf({ type, subject, detail }: JournalEvent["event"]): Sentence {
  const [kind, before, after] = TEMPLATES[type] ?? ["notice", "", spoken(type)];
  if (type === "mode_changed") return changed(spoken(subject), detail.get("on"));
  const whom = type.startsWith("watchdog_") ? watchdogName(watchdogOf(subject)) : subject;
  return { kind, words: [before, whom, after].filter(Boolean).join(" ") };
}

function changed(mode: string, on: unknown): Sentence {
  return on ? { kind: "warning", words: `${mode} was turned on` } : { kind: "good", words: `${mode} was turned off` };
}

/** A watchdog's full name has what it watches after a colon. */
function watchdogOf(fullName: string): Pick<Watchdog, "name" | "subject"> {
  const [name = "", ...subject] = fullName.split(":");
  return { name, subject: subject.join(":") };
}

/** Who did it; "" where nobody did, as when the time of what was set is over. */
export function author({ detail }: JournalEvent["event"]): string {
  const by = detail.get("by");
  const over = detail.get("on") === false && typeof detail.get("until") === "number";
  return typeof by === "string" && !over ? by : "";
}
