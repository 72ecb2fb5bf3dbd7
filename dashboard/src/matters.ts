import type { Breaker } from "./api/breakers.js";
import type { Gate, Gates } from "./api/gates.js";
import type { Rollout } from "./api/rollouts.js";
import { all, named, type Watchdog, type Watchdogs } from "./api/watchdogs.js";
import type { Instant } from "./live/clock.js";
import { percent, spoken } from "./show/figures.js";
import { freshness, type Reading } from "./live/reading.js";
import { type Readings, SOURCES } from "./live/readings.js";
import type { Tone } from "./show/sign.js";
import { failed, type Samples, share, shed } from "./live/traffic.js";

/** Something that a person on duty should look at; `card` is where. */
export interface Matter {
  readonly tone: Extract<Tone, "bad" | "warning" | "unknown">;
  readonly words: string;
  readonly card: string;
}

type Found = Omit<Matter, "card">;

const URGENCY = ["bad", "unknown", "warning"];

/** Seconds for which a rollback is news; it lasts until the next start, which may be weeks away. */
const NEWS = 3600;

/** The share of failed requests from which it is a matter: as little as the error budget of a service at 99 % has. */
const ERRORS = 0.01;

const NOTHING_KNOWN: Matter = {
  tone: "unknown",
  words: "nothing is known of the present: what is shown below is the past",
  card: "golden-signals",
};

/** What is not as it should be, the worst first. What is stale tells nothing of the present: that is a matter too. */
export function matters(readings: Readings, samples: Samples, at: Instant): readonly Matter[] {
  const { goldenSignals, breakers, gates, rollouts, watchdogs } = readings;
  if (SOURCES.every((source) => freshness(readings[source], at) === "stale")) return [NOTHING_KNOWN];
  const found = [
    inCard("golden-signals", "golden signals", goldenSignals, at, () => ofTraffic(samples)),
    inCard("breakers", "circuit breakers", breakers, at, (value) => value.circuit_breakers.flatMap(ofBreaker)),
    inCard("gates", "health gates", gates, at, ofGates),
    inCard("rollouts", "rollouts", rollouts, at, (value) => value.rollouts.flatMap((each) => ofRollout(each, at))),
    inCard("watchdogs", "watchdogs", watchdogs, at, ofWatchdogs),
  ].flat();
  return found.toSorted((one, other) => URGENCY.indexOf(one.tone) - URGENCY.indexOf(other.tone));
}

function inCard<T>(
  card: string,
  name: string,
  reading: Reading<T>,
  at: Instant,
  find: (value: T) => readonly Found[],
): readonly Matter[] {
  if (freshness(reading, at) === "stale") return [{ tone: "unknown", words: `${name} are not known`, card }];
  return reading.last === null ? [] : find(reading.last.value).map((each) => ({ ...each, card }));
}

function ofBreaker({ name, state }: Breaker): readonly Found[] {
  if (state === "closed") return [];
  return [{ tone: state === "open" ? "bad" : "warning", words: `breaker ${name} is ${spoken(state)}` }];
}

function ofTraffic(samples: Samples): readonly Found[] {
  const found: Found[] = [];
  const failing = share(samples, failed);
  const turnedAway = share(samples, shed);
  if (failing !== null && failing >= ERRORS) {
    found.push({ tone: "bad", words: `${percent(failing)} of the requests of the last minute failed` });
  }
  if (turnedAway !== null && turnedAway >= ERRORS) {
    found.push({ tone: "warning", words: `${percent(turnedAway)} of the requests of the last minute were turned away` });
  }
  return found;
}

function ofGates({ status, stale, health_gates }: Gates): readonly Found[] {
  const found = health_gates.flatMap(ofGate);
  if (stale) found.push({ tone: "unknown", words: "health gates were not checked for too long" });
  if (status === "not_ready" && !found.some(({ tone }) => tone === "bad")) {
    found.push({ tone: "bad", words: "the instance is not ready: it turns requests away" });
  }
  return found;
}

function ofGate({ name, ready, critical }: Gate): readonly Found[] {
  if (ready) return [];
  return critical
    ? [{ tone: "bad", words: `critical gate ${name} is not ready: requests are turned away` }]
    : [{ tone: "warning", words: `gate ${name} is not ready` }];
}

function ofRollout({ name, status, last, problem }: Rollout, at: Instant): readonly Found[] {
  const found: Found[] = [];
  const recent = last !== null && at.wall / 1000 - last.at < NEWS;
  if (status === "rolled_back" && recent) found.push({ tone: "bad", words: `rollout ${name} was rolled back` });
  if (status === "holding") found.push({ tone: "warning", words: `rollout ${name} is holding` });
  if (status === "paused") found.push({ tone: "warning", words: `rollout ${name} is paused` });
  if (problem) found.push({ tone: "unknown", words: `rollout ${name} may not be up to date` });
  return found;
}

function ofWatchdogs(watched: Watchdogs): readonly Found[] {
  const found: Found[] = [];
  const alerting = inState(watched, "alert");
  const warning = inState(watched, "warning");
  if (watched.error) found.push({ tone: "bad", words: watched.error });
  if (alerting) found.push({ tone: "bad", words: `watchdogs alert: ${alerting}` });
  if (warning) found.push({ tone: "warning", words: `watchdogs warn: ${warning}` });
  return found;
}

function inState(watched: Watchdogs, state: Watchdog["state"]): string {
  const found = all(watched).filter((each) => each.state === state);
  return found.map(named).join("; ");
}
