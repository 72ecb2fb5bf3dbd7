import type { Instant } from "./clock.js";
import { type Chosen, present } from "./fleet.js";
import { lastLook, queueName } from "./queues.js";
import { freshness, type Reading } from "./reading.js";
import { type Readings, SOURCES } from "./readings.js";
import { serviceNow } from "./service-clock.js";
import { failed, ofCallers, type Samples, rate, shed, slowest, sumOfCallers } from "./traffic.js";

/** Seconds that are kept. */
export const KEPT = 1800;

/** Points that are kept at most, however often the page asks. */
const AT_MOST = 720;

/** Seconds between two points after which nothing is known of what lies between: a hidden page asks each minute. */
const SLEPT = 70;

/** Samples over which a rate is taken here: a shorter stretch than a minute, so that a burst keeps its shape. */
const LATEST = 4;

/** The figures of one poll; null where nothing was known of the present. */
export interface Point {
  readonly at: number; // Unix seconds, by the service's clock
  readonly requests: number | null; // callers', a second; as the next two
  readonly failed: number | null;
  readonly shed: number | null;
  readonly p50: number | null; // seconds, of what succeeded on the slowest route; as the next two
  readonly p95: number | null;
  readonly p99: number | null;
  readonly failureP99: number | null; // seconds, of what failed on any route
  readonly inFlight: number | null; // requests
  readonly aiP50: number | null; // seconds, of the slowest instance; as the next two
  readonly aiP95: number | null;
  readonly aiP99: number | null;
  readonly waiting: ReadonlyMap<string, number> | null; // events of each queue, by its name
}

/** The last half hour, oldest first. */
export type History = readonly Point[];

/** Add what is known now; what is older than half an hour goes, and where nothing was known there is a hole. */
export function withPoint(history: History, readings: Readings, samples: Samples, chosen: Chosen, at: Instant): History {
  const last = history.at(-1);
  if (SOURCES.every((source) => freshness(readings[source], at) !== "fresh")) {
    return last && !isHole(last) ? [...history, holeAfter(last)] : history; // the clock itself is not known now
  }
  const now = serviceNow(readings, at);
  const kept = history.filter((point) => point.at < now && now - point.at <= KEPT).slice(2 - AT_MOST);
  const slept = last && now - last.at > SLEPT && !isHole(last) ? [holeAfter(last)] : [];
  const ofEach = { ...ofTraffic(readings, samples, at), ...ofAi(readings, chosen, at), waiting: ofQueues(readings, chosen, at) };
  return [...kept, ...slept, { at: now, ...ofEach }];
}

function holeAfter({ at }: Point): Point {
  return { ...NOTHING, at: at + 1 };
}

function isHole({ at: _, ...figures }: Point): boolean {
  return Object.values(figures).every((each) => each === null);
}

const NOTHING = {
  requests: null,
  failed: null,
  shed: null,
  p50: null,
  p95: null,
  p99: null,
  failureP99: null,
  inFlight: null,
  aiP50: null,
  aiP95: null,
  aiP99: null,
  waiting: null,
} as const;

function ofTraffic(readings: Readings, samples: Samples, at: Instant): Omit<Point, "at" | "aiP50" | "aiP95" | "aiP99" | "waiting"> {
  const signals = fresh(readings.goldenSignals, at);
  if (!signals) return NOTHING;
  const latest = samples.slice(-LATEST);
  const often = (figure: Parameters<typeof sumOfCallers>[1]): number | null =>
    rate(latest, (routes) => sumOfCallers(routes, figure));
  const failures = [...signals.routes].map(([name, route]) => (ofCallers(name) ? route.failure.p99 : null));
  const known = failures.filter((each) => each !== null);
  const success = slowest(signals.routes)?.[1].success;
  return {
    requests: often((route) => route.requests),
    failed: often(failed),
    shed: often(shed),
    p50: success?.p50 ?? null,
    p95: success?.p95 ?? null,
    p99: success?.p99 ?? null,
    failureP99: known.length > 0 ? Math.max(...known) : null,
    inFlight: signals.in_flight,
  };
}

function ofAi(readings: Readings, chosen: Chosen, at: Instant): Pick<Point, "aiP50" | "aiP95" | "aiP99"> {
  const watchdogs = fresh(readings.watchdogs, at);
  const latencies = watchdogs ? present(watchdogs, chosen).map((each) => each.ai_latency) : [];
  const worst = latencies.toSorted((one, other) => (other.p99 ?? -1) - (one.p99 ?? -1))[0];
  return { aiP50: worst?.p50 ?? null, aiP95: worst?.p95 ?? null, aiP99: worst?.p99 ?? null };
}

function fresh<T>(reading: Reading<T>, at: Instant): T | null {
  return freshness(reading, at) === "fresh" && reading.last ? reading.last.value : null;
}

function ofQueues(readings: Readings, chosen: Chosen, at: Instant): Point["waiting"] {
  const watchdogs = fresh(readings.watchdogs, at);
  const last = watchdogs && lastLook(present(watchdogs, chosen));
  return last && !last.error ? new Map(last.queue_depth.map((queue) => [queueName(queue), queue.waiting])) : null;
}
