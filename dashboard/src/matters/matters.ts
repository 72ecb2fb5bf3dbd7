import type { Instant } from "../live/clock.js";
import type { Look } from "../live/fleet.js";
import { freshness, type Reading } from "../live/reading.js";
import { type Readings, SOURCES, type Source } from "../live/readings.js";
import type { Samples } from "../live/traffic.js";
import { ofBreakers } from "./breakers.js";
import { ofFleet } from "./fleet.js";
import { ofGates } from "./gates.js";
import type { Found, Matter } from "./matter.js";
import { ofModes } from "./modes.js";
import { ofQueues } from "./queues.js";
import { ofRollout } from "./rollouts.js";
import { ofTraffic } from "./traffic.js";
import { ofWatchdogs } from "./watchdogs.js";

const URGENCY: readonly Matter["tone"][] = ["bad", "unknown", "warning", "off", "notice"];

const NOTHING_KNOWN: Matter = {
  tone: "unknown",
  words: "nothing is known of the present: what is shown below is the past",
  did: "The page goes on asking.",
  next: "Look whether the service is up: ops status, or make run on this machine.",
  card: "golden-signals",
};

/** What is known, of whom and when. */
export interface Known extends Look {
  readonly readings: Readings;
  readonly samples: Samples;
}

/** The card that shows what a source says, and what is said of it when it is not known. */
const PLACES: Readonly<Record<Source, readonly [card: string, name: string]>> = {
  identity: ["golden-signals", "the identity of the service is"],
  goldenSignals: ["golden-signals", "golden signals are"],
  breakers: ["breakers", "circuit breakers are"],
  gates: ["gates", "health gates are"],
  rollouts: ["rollouts", "rollouts are"],
  watchdogs: ["watchdogs", "watchdogs and queues are"],
  modes: ["modes", "modes are"],
  flags: ["modes", "flags are"],
  startup: ["startup", "the startup graph is"],
  events: ["journal", "the journal is"],
};

/** What is not as it should be, the worst first. What is stale tells nothing of the present: that is a matter too. */
export function matters(known: Known): readonly Matter[] {
  const { readings, samples, chosen, now, at } = known;
  if (SOURCES.every((source) => freshness(readings[source], at) === "stale")) return [NOTHING_KNOWN];
  const found = [
    ...SOURCES.filter((source) => freshness(readings[source], at) === "stale").map(unknown),
    ...inCard("golden-signals", readings.goldenSignals, at, () => ofTraffic(samples)),
    ...inCard("breakers", readings.breakers, at, (value) => [...ofBreakers(value, chosen, now), ...ofFleet(value, chosen)]),
    ...inCard("gates", readings.gates, at, (value) => ofGates(value, chosen)),
    ...inCard("rollouts", readings.rollouts, at, (value) => value.rollouts.flatMap((each) => ofRollout(each, now))),
    ...inCard("queues", readings.watchdogs, at, (value) => ofQueues(value, chosen)),
    ...inCard("watchdogs", readings.watchdogs, at, (value) => ofWatchdogs(value, chosen)),
    ...inCard("modes", readings.modes, at, (value) => ofModes(value, now)),
  ];
  return found.toSorted((one, other) => URGENCY.indexOf(one.tone) - URGENCY.indexOf(other.tone));
}

function unknown(source: Source): Matter {
  const [card, name] = PLACES[source];
  return { tone: "unknown", words: `${name} not known`, did: "The last that was known is shown, with its age.", next: "The card says why.", card };
}

function inCard<T>(card: string, reading: Reading<T>, at: Instant, find: (value: T) => readonly Found[]): readonly Matter[] {
  if (freshness(reading, at) !== "fresh" || reading.last === null) return [];
  return find(reading.last.value).map((each) => ({ ...each, card }));
}
