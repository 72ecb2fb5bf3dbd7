import type { Flag, Flags } from "../api/flags.js";
import { percent, span } from "../show/figures.js";
import type { Found } from "./matter.js";

/** Those that somebody has overridden. */
export function ofFlags({ flags }: Flags, now: number): readonly Found[] {
  return flags.flatMap((flag) => overridden(flag, now) ?? []);
}

function overridden({ name, percentage, entry }: Flag, now: number): Found | null {
  if (!entry?.on || (entry.until !== null && entry.until <= now)) return null;
  const share = percentage === null ? null : percent(percentage / 100);
  const to = share ?? (entry.settings.get("value") ? "on" : "off");
  const until = entry.until === null ? "" : `, for ${span(entry.until - now)} more`;
  return {
    tone: "off",
    words: `flag ${name} is overridden (${to})${until}`,
    did: `By ${entry.by}: ${entry.reason}`,
    next: `ops flags clear ${name}, when it is over.`,
  };
}
