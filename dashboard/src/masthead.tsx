import { type Instant, secondsBetween } from "./live/clock.js";
import { span } from "./show/figures.js";
import { age, freshness } from "./live/reading.js";
import { type Readings, SOURCES } from "./live/readings.js";
import { Sign } from "./show/sign.js";
import { h, type VNode } from "./vendor/preact.js";

interface Contents {
  readonly readings: Readings;
  readonly due: Instant | null; // of the next poll
  readonly at: Instant;
  readonly signedIn: boolean;
  readonly pollNow: () => void;
  readonly leave: () => void;
}

/** Which service this is, and how old what is shown of it is. */
export function Masthead({ readings, due, at, signedIn, pollNow, leave }: Contents): VNode {
  const identity = readings.identity.last?.value;
  return (
    <header class="masthead">
      <h1>Ballast</h1>
      {identity && <span class="environment">{identity.environment}</span>}
      {identity && <span class="version">{`version ${identity.version}`}</span>}
      <Freshness readings={readings} due={due} at={at} />
      <button type="button" onClick={pollNow}>Refresh</button>
      {signedIn && <button type="button" onClick={leave}>Forget the token</button>}
    </header>
  );
}

function Freshness({ readings, due, at }: Pick<Contents, "readings" | "due" | "at">): VNode {
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
