import { type Decoder, flag, nullable, number, oneOf, optional, schema } from "../api/decode.js";
import { type Entry, entry } from "../api/entry.js";
import { percent, spoken, timeOfDay } from "../show/figures.js";
import type { Action } from "./action.js";

const change = schema("ChangeDocument", { changed: flag, before: nullable(entry), after: entry, version: number });
const rollout = schema("RolloutDocument", {
  version: optional(number),
  status: optional(nullable(oneOf("running", "holding", "paused", "succeeded", "rolled_back"))),
  planned_share: optional(number),
});

/** What an action came to, or would in a dry run. */
export interface Outcome {
  readonly changed: boolean;
  readonly before: string; // "": it was not told
  readonly after: string;
  readonly version: number; // of the document, after it
  readonly revision: number | null; // of the entry before it; null: it has none
}

const entryOutcome: Decoder<Outcome, never> = (value, path) => {
  const { changed, before, after, version } = change(value, path);
  return {
    changed,
    before: before ? described(before) : "nobody has touched it",
    after: described(after),
    version,
    revision: before?.revision ?? 0,
  };
};

const rolloutOutcome: Decoder<Outcome, never> = (value, path) => {
  const { version, status, planned_share } = rollout(value, path);
  const words = status ? `${spoken(status)} at ${percent(planned_share ?? 0)}` : "never started";
  return { changed: true, before: "", after: words, version: version ?? 0, revision: null };
};

/** How the answer to an action is read. */
export function outcomeOf(action: Action): Decoder<Outcome, never> {
  return action.answers === "entry" ? entryOutcome : rolloutOutcome;
}

function described({ on, by, reason, until, settings }: Entry): string {
  if (!on) return `off, by ${by}: ${reason}`;
  const set = [...settings].filter(([, value]) => value !== null).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const how = set.length > 0 ? `on (${set.join(", ")})` : "on";
  return `${how}, ${until === null ? "until it is taken back" : `until ${timeOfDay(until)}`}, by ${by}: ${reason}`;
}
