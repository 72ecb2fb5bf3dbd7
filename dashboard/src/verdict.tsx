import { freshness } from "./live/reading.js";
import { type Readings, SOURCES } from "./live/readings.js";
import { rate, sumOfCallers } from "./live/traffic.js";
import type { Matter } from "./matters/matter.js";
import { type Known, matters } from "./matters/matters.js";
import { count, percent, perSecond, span } from "./show/figures.js";
import { Sign, type Tone } from "./show/sign.js";
import { h, type VNode } from "./vendor/preact.js";

/** The tones of what is not as it should be; of the others a person should merely know. */
const TROUBLE: ReadonlySet<Tone> = new Set<Tone>(["bad", "warning", "unknown"]);

/** What is known, and what it comes to. */
export interface Judged {
  readonly known: Known;
  readonly found: readonly Matter[];
  readonly tone: Tone; // of the whole
  readonly words: string; // for the whole
}

export function judged(known: Known): Judged {
  const found = matters(known);
  const waiting = SOURCES.some((source) => freshness(known.readings[source], known.at) === "waiting");
  return { known, found, tone: toneOf(found, waiting), words: summary(found, waiting) };
}

/** The whole in one look: that all is well, or what is not, what the service does about it and what comes next. */
export function Verdict({ known, found, tone, words }: Judged): VNode {
  return (
    <section class={`verdict ${tone}`} aria-label="In one look">
      <p class="sum">
        <Sign tone={tone} word={words} />
        <span class="unseen" role="status">{announced(words, found)}</span>
        {tone === "good" && <small>{carried(known)}</small>}
      </p>
      <ul>
        {found.map((matter) => (
          <li>
            <a href={`#${matter.card}`}>
              <Sign tone={matter.tone} word={matter.words} />
            </a>
            {matter.did && <p>{matter.did}</p>}
            {matter.next && (
              <p class="next">
                <b>Next</b> {matter.next}
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What a screen reader is told when it changes: without figures, which change all the time. */
function announced(words: string, found: readonly Matter[]): string {
  return [words, found[0]?.words.replaceAll(/\d+( ms| s| min| h| %)?/g, "") ?? ""].join(": ");
}

function toneOf(found: readonly Matter[], waiting: boolean): Tone {
  const [worst] = found;
  if (worst && TROUBLE.has(worst.tone)) return worst.tone;
  return waiting ? "unknown" : "good";
}

function summary(found: readonly Matter[], waiting: boolean): string {
  const trouble = found.filter((each) => TROUBLE.has(each.tone)).length;
  if (trouble > 0) return trouble === 1 ? "One thing to look at" : `${trouble} things to look at`;
  if (waiting) return "Asking the service…";
  return found.some((each) => each.tone === "off") ? "Nothing is wrong; what somebody meant so is below" : "All is well";
}

/** What the fleet carries, when there is nothing else to tell. */
function carried({ readings, samples, now }: Known): string {
  const requests = rate(samples, (routes) => sumOfCallers(routes, (route) => route.requests));
  const instances = readings.goldenSignals.last?.value.instances.length ?? 0;
  return [
    `${count(instances)} ${instances === 1 ? "instance" : "instances"}`,
    requests === null ? "" : `${perSecond(requests)} requests a second`,
    ...canaries(readings),
    calm(readings, now),
  ]
    .filter(Boolean)
    .join(" · ");
}

function canaries({ rollouts }: Readings): readonly string[] {
  const told = rollouts.last?.value.rollouts ?? [];
  const there = told.filter(({ status }) => status === "succeeded");
  return there.map(({ name, planned_share }) => `canary of ${name} at ${percent(planned_share)}`);
}

/** For how long no breaker has changed. */
function calm({ breakers }: Readings, now: number): string {
  const told = breakers.last?.value.instances ?? [];
  const since = told.flatMap(({ heard_at, circuit_breakers }) => circuit_breakers.map((each) => heard_at - each.seconds_in_state));
  return since.length === 0 ? "" : `no breaker has changed for ${span(Math.max(0, now - Math.max(...since)))}`;
}
