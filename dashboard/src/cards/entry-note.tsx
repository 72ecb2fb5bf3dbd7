import type { Entry } from "../api/entry.js";
import { ago, span, timeOfDay } from "../show/figures.js";
import { h, type VNode } from "../vendor/preact.js";

interface Contents {
  readonly entry: Entry;
  readonly inForce: boolean;
  readonly now: number; // Unix seconds, by the service's clock
}

/** What an operator said of something: who, when, why, and until when it holds; in one line once it is past. */
export function EntryNote({ entry, inForce, now }: Contents): VNode {
  const { on, by, reason, since, until } = entry;
  const when = `at ${timeOfDay(since)}, ${ago(since, now)}`;
  if (!inForce) {
    return <p class="effect past">{`${on ? "It was set" : "Taken back"} by ${by} ${when}: ${reason}${on ? "; it is over" : ""}`}</p>;
  }
  return (
    <p class="note">
      <q>{reason}</q>
      <small>{`set by ${by} ${when}`}</small>
      <small>{ends(until, now)}</small>
    </p>
  );
}

function ends(until: number | null, now: number): string {
  if (until === null) return "until somebody takes it back";
  return `ends in ${span(Math.max(0, until - now))}, at ${timeOfDay(until)}`;
}
