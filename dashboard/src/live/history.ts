import type { Chosen } from "./fleet.js";
import { present } from "./fleet.js";
import type { Instant } from "./clock.js";
import { lastLook, queueName } from "./queues.js";
import { freshness, type Reading } from "./reading.js";
import type { Readings } from "./readings.js";
import { serviceNow } from "./service-clock.js";
import { failed, type Samples, rate, shed, slowest, sumOfCallers } from "./traffic.js";

/** Seconds that are kept. */
export const KEPT = 1800;

/** Points that are kept at most, however often the page asks. */
const AT_MOST = 720;

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
  readonly failureP99: number | null; // seconds, of what failed
  readonly inFlight: number | null; // requests
  readonly aiP50: number | null; // seconds, of the slowest instance; as the next two
  readonly aiP95: number | null;
  readonly aiP99: number | null;
  readonly waiting: ReadonlyMap<string, number>; // events of each queue, by its name
}

/** The last half hour, oldest first. */
export type History = readonly Point[];

/** Add what is known now; what is older than half an hour goes. */
export function withPoint(history: History, readings: Readings, samples: Samples, chosen: Chosen, at: Instant): History {
  const now = serviceNow(readings, at);
  const kept = history.filter((point) => point.at < now && now - point.at <= KEPT).slice(1 - AT_MOST);
  return [...kept, { at: now, ...ofTraffic(readings, samples, at), ...ofAi(readings, chosen, at), waiting: ofQueues(readings, chosen, at) }];
}

function ofTraffic(readings: Readings, samples: Samples, at: Instant): Omit<Point, "at" | "aiP50" | "aiP95" | "aiP99" | "waiting"> {
  const signals = fresh(readings.goldenSignals, at);
  const latest = samples.slice(-LATEST);
  const callers = slowest(signals?.routes ?? new Map())?.[1];
  const often = (figure: Parameters<typeof sumOfCallers>[1]): number | null =>
    signals ? rate(latest, (routes) => sumOfCallers(routes, figure)) : null;
  return {
    requests: often((route) => route.requests),
    failed: often(failed),
    shed: often(shed),
    p50: callers?.success.p50 ?? null,
    p95: callers?.success.p95 ?? null,
    p99: callers?.success.p99 ?? null,
    failureP99: callers?.failure.p99 ?? null,
    inFlight: signals?.in_flight ?? null,
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
  return new Map(last?.queue_depth.map((queue) => [queueName(queue), queue.waiting]));
}
