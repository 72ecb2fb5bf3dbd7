import { type Instant, secondsBetween } from "./live/clock.js";
import { age, freshness } from "./live/reading.js";
import { type Readings, SOURCES } from "./live/readings.js";
import { span } from "./show/figures.js";
import { Sign } from "./show/sign.js";
import { h, type VNode } from "./vendor/preact.js";

interface Contents {
  readonly readings: Readings;
  readonly due: Instant | null; // of the next poll
  readonly at: Instant;
}

/** How old the oldest of what is shown is, and whether it is still of the present. */
export function Freshness({ readings, due, at }: Contents): VNode {
  const stale = SOURCES.filter((source) => freshness(readings[source], at) === "stale");
  const ages = SOURCES.map((source) => age(readings[source], at)).filter((each) => each !== null);
  const oldest = ages.length === 0 ? "no data yet" : `data is ${span(Math.max(...ages))} old`;
  if (stale.length === 0) {
    return (
      <p class="freshness" id="freshness">
        <Sign tone={ages.length === 0 ? "unknown" : "good"} word={ages.length === 0 ? oldest : `live: ${oldest}`} />
      </p>
    );
  }
  const part = stale.length === SOURCES.length ? "stale" : "partly stale";
  const next = due && `, asking again in ${span(secondsBetween(at, due) + 1)}`;
  return (
    <p class="freshness stale" id="freshness">
      <Sign tone="bad" word={`${part}: ${oldest}${next ?? ", asking…"}`} />
    </p>
  );
}
