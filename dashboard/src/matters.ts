import type { Breaker, Breakers } from "./api/breakers.js";
import type { Gate, Gates } from "./api/gates.js";
import type { Modes } from "./api/modes.js";
import type { Rollout } from "./api/rollouts.js";
import { named, type Watchdog, type Watchdogs } from "./api/watchdogs.js";
import type { Instant } from "./live/clock.js";
import { type Chosen, type Fleet, type OfInstance, present, silent } from "./live/fleet.js";
import { grouped, type Its } from "./live/grouped.js";
import { freshness, type Reading } from "./live/reading.js";
import { type Readings, SOURCES, type Source } from "./live/readings.js";
import { failed, mainCause, type Samples, share, shed } from "./live/traffic.js";
import { count, percent, span, spoken } from "./show/figures.js";
import type { Tone } from "./show/sign.js";
import { ofQueues } from "./queue-matters.js";

/** Something that a person on duty should look at. */
export interface Matter {
  readonly tone: Extract<Tone, "bad" | "warning" | "unknown" | "off" | "notice">;
  readonly words: string;
  readonly did: string; // what the service does about it by itself
  readonly next: string; // what a person does
  readonly card: string; // where it is shown
}

/** A matter of one card. */
export type Found = Omit<Matter, "card">;

const URGENCY: readonly Matter["tone"][] = ["bad", "unknown", "warning", "off", "notice"];

/** Seconds for which a rollback is news; it lasts until the next start, which may be weeks away. */
const NEWS = 3600;

/** The share of failed requests from which it is a matter: as little as the error budget of a service at 99 % has. */
const ERRORS = 0.01;

const NOTHING_KNOWN: Matter = {
  tone: "unknown",
  words: "nothing is known of the present: what is shown below is the past",
  did: "The page goes on asking.",
  next: "Look whether the service is up: ops status, or make run on this machine.",
  card: "golden-signals",
};

/** What is known, of whom and when. */
export interface Known {
  readonly readings: Readings;
  readonly samples: Samples;
  readonly chosen: Chosen;
  readonly now: number; // Unix seconds, by the service's clock
  readonly at: Instant;
}

const NAMES: Readonly<Record<Source, string>> = {
  identity: "the identity of the service is",
  goldenSignals: "golden signals are",
  breakers: "circuit breakers are",
  gates: "health gates are",
  rollouts: "rollouts are",
  watchdogs: "watchdogs and queues are",
  modes: "modes are",
  flags: "flags are",
  startup: "the startup graph is",
  events: "the journal is",
};

const CARDS: Readonly<Record<Source, string>> = {
  identity: "golden-signals",
  goldenSignals: "golden-signals",
  breakers: "breakers",
  gates: "gates",
  rollouts: "rollouts",
  watchdogs: "watchdogs",
  modes: "modes",
  flags: "modes",
  startup: "startup",
  events: "journal",
};

/** What is not as it should be, the worst first. What is stale tells nothing of the present: that is a matter too. */
export function matters(known: Known): readonly Matter[] {
  const { readings, samples, chosen, now, at } = known;
  if (SOURCES.every((source) => freshness(readings[source], at) === "stale")) return [NOTHING_KNOWN];
  const found = [
    ...SOURCES.filter((source) => freshness(readings[source], at) === "stale").map(unknown),
    ...inCard("golden-signals", readings.goldenSignals, at, () => ofTraffic(samples)),
    ...inCard("breakers", readings.breakers, at, (value) => [...ofBreakers(value, chosen, now), ...ofSilence(value, chosen)]),
    ...inCard("gates", readings.gates, at, (value) => ofGates(value, chosen)),
    ...inCard("rollouts", readings.rollouts, at, (value) => value.rollouts.flatMap((each) => ofRollout(each, now))),
    ...inCard("queues", readings.watchdogs, at, (value) => ofQueues(value, chosen)),
    ...inCard("watchdogs", readings.watchdogs, at, (value) => ofWatchdogs(value, chosen)),
    ...inCard("modes", readings.modes, at, (value) => ofModes(value, now)),
  ];
  return found.toSorted((one, other) => URGENCY.indexOf(one.tone) - URGENCY.indexOf(other.tone));
}

function unknown(source: Source): Matter {
  const words = `${NAMES[source]} not known`;
  return { tone: "unknown", words, did: "The last that was known is shown, with its age.", next: "The card says why.", card: CARDS[source] };
}

function inCard<T>(card: string, reading: Reading<T>, at: Instant, find: (value: T) => readonly Found[]): readonly Matter[] {
  if (freshness(reading, at) !== "fresh" || reading.last === null) return [];
  return find(reading.last.value).map((each) => ({ ...each, card }));
}

function ofTraffic(samples: Samples): readonly Found[] {
  const found: Found[] = [];
  const failing = share(samples, failed);
  const turnedAway = share(samples, shed);
  const cause = mainCause(samples);
  if (failing !== null && failing >= ERRORS) {
    const words = `${percent(failing)} of the requests of the last minute failed`;
    found.push({ tone: "bad", words, did: cause ? `Mostly: ${spoken(cause)}.` : "The service gave no cause of its own.", next: "Look which dependency below is in trouble; docs/runbooks has the way for each." });
  }
  if (turnedAway !== null && turnedAway >= ERRORS) {
    const words = `${percent(turnedAway)} of the requests of the last minute were turned away`;
    found.push({ tone: "warning", words, did: "On purpose, with Retry-After: callers come again.", next: "Look at gates, breakers and modes for the reason (docs/runbooks/overload.md)." });
  }
  return found;
}

function ofBreakers(breakers: Breakers, chosen: Chosen, now: number): readonly Found[] {
  return [...grouped(present(breakers, chosen), (each) => each.circuit_breakers)].flatMap(([name, group]) => ofBreaker(name, group, now));
}

function ofBreaker(name: string, group: readonly Its<Breaker>[], now: number): readonly Found[] {
  for (const state of ["isolated", "open", "half_open"] as const) {
    const those = group.filter((each) => each.value.state === state);
    const [first] = those;
    if (!first) continue;
    const left = Math.min(...those.map(({ of, value }) => (value.retry_after ?? 0) - Math.max(0, now - of.heard_at)));
    const instead = name.startsWith("embeddings:") ? "embeddings come from the fallback" : "callers get 503";
    const words = `breaker ${name} is ${spoken(state)}${onHowMany(those.length, group.length)}`;
    if (state === "open") {
      const probes = left >= 1 ? `it probes in ${span(left)}` : "it probes at the next call";
      return [{ tone: "bad", words, did: `No call is made, ${instead}; ${probes}.`, next: `Look at the dependency itself; it closes by itself once that is well.${runbook(name)}` }];
    }
    if (state === "half_open") return [{ tone: "warning", words, did: "A few probes decide whether it closes.", next: "Nothing, while they pass." }];
    const by = first.value.isolated_by ?? "an operator";
    const why = first.value.isolated_reason ?? first.value.reason;
    return [{ tone: "off", words, did: `By ${by}: ${why}; ${instead}.`, next: `ops breakers reset ${name}, when it may be called again.` }];
  }
  return [];
}

/** Where the way back is written, for what has one. */
function runbook(breaker: string): string {
  if (breaker.startsWith("embeddings:")) return " The way back: docs/runbooks/provider-down.md.";
  return breaker === "document_database" ? " The way back: docs/runbooks/database-slow.md." : "";
}

function ofSilence(fleet: Fleet<OfInstance>, chosen: Chosen): readonly Found[] {
  const found: Found[] = [];
  const quiet = silent(fleet, chosen);
  const names = quiet.slice(0, 3).map((each) => each.instance).join(", ");
  if (quiet.length > 0) {
    const words = quiet.length === 1 ? `instance ${names} is silent` : `${count(quiet.length)} instances are silent: ${names}`;
    found.push({ tone: "notice", words, did: "The others serve.", next: "One that sleeps or was stopped is silent too; else look at its log." });
  }
  if (fleet.problem) found.push({ tone: "unknown", words: fleet.problem.replace(/\.$/, ""), did: "Each instance serves on by what it knows.", next: "Look at the store behind the count board." });
  return found;
}

function ofGates(gates: Gates, chosen: Chosen): readonly Found[] {
  const instances = present(gates, chosen);
  const stale = instances.filter((each) => each.stale).length;
  const unready = instances.filter((each) => each.status === "not_ready").length;
  const found = [...grouped(instances, (each) => each.health_gates)].flatMap(([name, group]) => ofGate(name, group));
  if (stale > 0) found.push({ tone: "unknown", words: `health gates were not checked for too long${onHowMany(stale, instances.length)}`, did: "A request has them checked first.", next: "An instance that serves nothing checks nothing: that is no fault." });
  if (unready > 0 && !found.some(({ tone }) => tone === "bad")) {
    found.push({ tone: "bad", words: `not ready${onHowMany(unready, instances.length)}: requests are turned away`, did: "It is ready again after passes in a row.", next: "Wait for the passes, or look at the gates." });
  }
  return found;
}

function ofGate(name: string, group: readonly Its<Gate>[]): Found[] {
  const shut = group.filter((each) => !each.value.ready);
  const [first] = shut;
  if (!first) return [];
  const where = onHowMany(shut.length, group.length);
  const error = first.value.last_error;
  if (!first.value.critical) return [{ tone: "warning", words: `gate ${name} is not ready${where}`, did: "Requests are taken: there is a fallback.", next: error || "Wait for the passes." }];
  return [{ tone: "bad", words: `critical gate ${name} is not ready${where}: requests are turned away`, did: "503 with Retry-After, until its checks pass in a row.", next: error ? `Mend what the check says: ${error}` : "Wait for the passes." }];
}

function ofRollout({ name, status, last, problem, next_decision, planned_share }: Rollout, now: number): readonly Found[] {
  const found: Found[] = [];
  if (problem) found.push({ tone: "unknown", words: `rollout ${name} may not be up to date`, did: "After 10 s without the control store everybody gets the stable side.", next: problem });
  if (status === "rolled_back" && last !== null && now - last.at < NEWS) {
    found.push({ tone: "bad", words: `rollout ${name} was rolled back ${span(Math.max(0, now - last.at))} ago`, did: `Every caller gets the stable side: ${last.reason}.`, next: `Mend the canary, then ops rollout start ${name}; it never starts by itself (docs/runbooks/bad-canary.md).` });
  }
  if (status === "holding") found.push({ tone: "warning", words: `rollout ${name} is holding at ${percent(planned_share)}`, did: next_decision, next: "Look why both sides fail; it goes on by itself." });
  if (status === "paused") found.push({ tone: "warning", words: `rollout ${name} is paused at ${percent(planned_share)}`, did: "Nothing is decided.", next: `ops rollout resume ${name}, or roll back.` });
  if (status === "running") found.push({ tone: "notice", words: `canary of ${name} at ${percent(planned_share)}`, did: next_decision, next: "Nothing: it is judged and stepped up by itself." });
  return found;
}

/** Of queues the queues' card tells. */
const OF_QUEUES: ReadonlySet<string> = new Set(["queue_depth", "queue_age", "dead_letters", "dead_letter_rate"]);

function ofWatchdogs(watchdogs: Watchdogs, chosen: Chosen): readonly Found[] {
  const instances = present(watchdogs, chosen);
  const errors = [...new Set(instances.map((each) => each.error).filter(Boolean))];
  const found: Found[] = errors.map((error) => ({ tone: "bad", words: error, did: "Events are kept.", next: "Look at the queue's store." }));
  for (const [state, tone, verb] of [["alert", "bad", "alert"], ["warning", "warning", "warn"]] as const) {
    const those = instances.flatMap((each) => each.watchdogs.filter((one) => one.state === state && !OF_QUEUES.has(one.name)));
    if (those.length > 0) found.push({ tone, words: `watchdogs ${verb}: ${names(those)}`, did: those[0]?.reason ?? "", next: "docs/watchdogs.md says what each of them means." });
  }
  return found;
}

function names(watchdogs: readonly Watchdog[]): string {
  return [...new Set(watchdogs.map(named))].join("; ");
}

function ofModes({ modes, agents, problem }: Modes, now: number): readonly Found[] {
  const found: Found[] = modes
    .filter((each) => each.in_force)
    .map(({ name, entry }) => {
      const until = entry?.until ? `, for ${span(Math.max(0, entry.until - now))} more` : ", until it is taken back";
      const words = `${spoken(name)} is on${until}`;
      return { tone: "off", words, did: `By ${entry?.by ?? "an operator"}: ${entry?.reason ?? ""}`, next: `ops ${name.replace("_", "-")} off, when it is over.` };
    });
  for (const { name, quarantined, entry } of agents) {
    if (quarantined) found.push({ tone: "off", words: `agent ${name} is quarantined`, did: `By ${entry?.by ?? "an operator"}: ${entry?.reason ?? ""}; its messages are held.`, next: `ops release ${name}` });
  }
  if (problem) found.push({ tone: "unknown", words: "modes may not be up to date", did: "The last good copy holds.", next: problem });
  return found;
}

function onHowMany(some: number, all: number): string {
  return all <= 1 ? "" : ` on ${count(some)} of ${count(all)} instances`;
}
