import type { Instant } from "./live/clock.js";
import { type Matter, matters } from "./matters.js";
import { freshness } from "./live/reading.js";
import { type Readings, SOURCES } from "./live/readings.js";
import { Sign, type Tone } from "./show/sign.js";
import type { Samples } from "./live/traffic.js";
import { h, type VNode } from "./vendor/preact.js";

interface Contents {
  readonly readings: Readings;
  readonly samples: Samples;
  readonly at: Instant;
}

/** The whole in one look: that all is well, or what is not. */
export function Verdict({ readings, samples, at }: Contents): VNode {
  const found = matters(readings, samples, at);
  const waiting = SOURCES.some((source) => freshness(readings[source], at) === "waiting");
  const tone: Tone = found[0]?.tone ?? (waiting ? "unknown" : "good");
  return (
    <section class={`verdict ${tone}`} aria-label="In one look" role="status">
      <Sign tone={tone} word={summary(found, waiting)} />
      <ul>
        {found.map((matter) => (
          <li key={matter.words}>
            <a href={`#${matter.card}`}>
              <Sign tone={matter.tone} word={matter.words} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function summary(found: readonly Matter[], waiting: boolean): string {
  if (found.length > 0) return found.length === 1 ? "One thing to look at" : `${found.length} things to look at`;
  return waiting ? "Asking the service…" : "All is well";
}
