import type { Board } from "./live/board.js";
import type { Instant } from "./live/clock.js";
import { freshness } from "./live/reading.js";
import { SOURCES } from "./live/readings.js";
import { serviceNow } from "./live/service-clock.js";
import { matters } from "./matters.js";
import { summary, toneOf } from "./verdict.js";

/** Tell the state in the document's title, for whoever has the page among many tabs. */
export function titled({ access, readings, samples, chosen }: Board, at: Instant): void {
  const known = { readings, samples, chosen, now: serviceNow(readings, at), at };
  const waiting = SOURCES.some((source) => freshness(readings[source], at) === "waiting");
  const found = matters(known);
  const tone = toneOf(found, waiting);
  const words = access === "granted" ? summary(found, waiting) : "A token is wanted";
  const title = `${words} – Ballast`;
  if (document.title !== title) document.title = title;
  const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  const href = `/assets/favicon${tone === "good" ? "" : "-trouble"}.svg`;
  if (icon && icon.getAttribute("href") !== href) icon.setAttribute("href", href);
}
