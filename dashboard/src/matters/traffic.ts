import { failed, mainCause, type Samples, share, shed } from "../live/traffic.js";
import { percent, spoken } from "../show/figures.js";
import type { Found } from "./matter.js";

/** The share of failed requests from which it is a matter: as little as the error budget of a service at 99 % has. */
const ERRORS = 0.01;

export function ofTraffic(samples: Samples): readonly Found[] {
  const found: Found[] = [];
  const failing = share(samples, failed);
  const turnedAway = share(samples, shed);
  const cause = mainCause(samples);
  if (failing !== null && failing >= ERRORS) {
    found.push({
      tone: "bad",
      words: `${percent(failing)} of the requests of the last minute failed`,
      did: cause ? `Mostly: ${spoken(cause)}.` : "The service gave no cause of its own.",
      next: "Look which dependency below is in trouble; docs/runbooks has the way for each.",
    });
  }
  if (turnedAway !== null && turnedAway >= ERRORS) {
    found.push({
      tone: "warning",
      words: `${percent(turnedAway)} of the requests of the last minute were turned away`,
      did: "On purpose, with Retry-After: callers come again.",
      next: "Look at gates, breakers and modes for the reason (docs/runbooks/overload.md).",
    });
  }
  return found;
}
