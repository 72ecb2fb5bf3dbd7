import type { Instant } from "../live/clock.js";
import { span } from "./figures.js";
import { age, freshness, type Reading } from "../live/reading.js";
import { Sign } from "./sign.js";
import { h, type VNode } from "../vendor/preact.js";

/** How old what one endpoint said is, and whether it still counts. */
export function Age({ reading, at }: { readonly reading: Reading<unknown>; readonly at: Instant }): VNode {
  const seconds = age(reading, at);
  const words = seconds === null ? "no data yet" : `data is ${span(seconds)} old`;
  switch (freshness(reading, at)) {
    case "waiting":
      return <span class="age">asking…</span>;
    case "fresh":
      return <span class="age">{words}</span>;
    case "stale":
      return (
        <span class="age stale">
          <Sign tone="bad" word={`stale: ${words}`} />
        </span>
      );
  }
}
