import type { GoldenSignals, Route } from "../api/golden-signals.js";
import { after, type Instant, secondsBetween } from "./clock.js";
import type { Answer } from "./reading.js";

/** Seconds over which a rate is taken: as long as the quantiles beside it are about. */
const WINDOW = 60;

/** Seconds below which two counts tell no rate: an instance publishes its own only every ten. */
const LEAST = 10;

type Routes = ReadonlyMap<string, Route>;

/** What some boots have counted together, and when they published it, on the average. */
interface Sample {
  readonly at: Instant;
  readonly boots: string;
  readonly routes: Routes;
}

/** The counts of the last minute, oldest first; all of the same boots, since another sum has another past. */
export type Samples = readonly Sample[];

export function withAnswer(samples: Samples, answer: Answer<GoldenSignals>): Samples {
  const { instances } = answer.value;
  const published = instances.reduce((sum, heard) => sum + heard.age, 0) / Math.max(1, instances.length);
  const sample: Sample = {
    at: after(answer.asked, -published),
    boots: JSON.stringify(instances.map((heard) => [heard.instance, heard.boot_id])),
    routes: answer.value.routes,
  };
  const recent = samples.filter(
    (each) => each.boots === sample.boots && secondsBetween(each.at, sample.at) <= WINDOW,
  );
  return [...recent, sample];
}

/** Whether a route is of the workload, and not asked by whoever looks after the service. */
export function ofCallers(name: string): boolean {
  const path = name.slice(name.indexOf(" ") + 1);
  return path.startsWith("/api/") && !/^\/api\/(observability|ops)\//.test(path);
}

/** The share of callers' requests of the last minute that ended so; null while there is none to tell of. */
export function share(samples: Samples, figure: (route: Route) => number): number | null {
  const all = rate(samples, (routes) => sumOfCallers(routes, (route) => route.requests));
  const some = rate(samples, (routes) => sumOfCallers(routes, figure));
  return all && some !== null ? some / all : null;
}

export function sumOfCallers(routes: Routes, figure: (route: Route) => number): number {
  return [...routes].reduce((total, [name, route]) => total + (ofCallers(name) ? figure(route) : 0), 0);
}

export function failed(route: Route): number {
  return route.server_errors - shed(route);
}

/** Turned away on purpose: answered 503, and not because a store was away. An older service tells of none apart. */
export function shed(route: Route): number {
  const away = AWAY.reduce((sum, name) => sum + (route.problems?.get(name) ?? 0), 0);
  return Math.max(0, (route.shed ?? 0) - away);
}

/** Problems that are answered 503 too, and are failures. */
const AWAY = ["event_queue_away", "control_store_away", "count_board_away"] as const;

/** How much a count grows in a second, over the samples; null while they do not tell. */
export function rate(samples: Samples, count: (routes: Routes) => number): number | null {
  const first = samples.at(0);
  const last = samples.at(-1);
  if (!first || !last) return null;
  const seconds = secondsBetween(first.at, last.at);
  const more = count(last.routes) - count(first.routes);
  return seconds < LEAST || more < 0 ? null : more / seconds;
}

/** What most of the failures of the last minute were, in the words of the service; "" when there is none to tell of. */
export function mainCause(samples: Samples): string {
  return causes(samples).find(([name]) => kindOf(name) === "failed")?.[0] ?? "";
}

const SHEDDING: ReadonlySet<string> = new Set([
  "circuit_open",
  "not_ready",
  "write_drain",
  "safe_mode",
  "quarantined",
  "shutting_down",
]);

const FAILURES: ReadonlySet<string> = new Set([
  "internal_error",
  "dependency_failed",
  "deadline_exceeded",
  ...AWAY,
]);

/** Whether a problem is a failure, or somebody was turned away on purpose; else it is the caller's own. */
export function kindOf(problem: string): "failed" | "shed" | "refused" {
  if (FAILURES.has(problem)) return "failed";
  return SHEDDING.has(problem) ? "shed" : "refused";
}

/** How often a second callers were answered each kind of problem over the last minute, the most frequent first. */
export function causes(samples: Samples): readonly (readonly [string, number])[] {
  const last = samples.at(-1);
  const names = new Set([...(last?.routes ?? [])].flatMap(([, route]) => [...(route.problems?.keys() ?? [])]));
  return [...names]
    .map((name): [string, number] => [name, rate(samples, (routes) => sumOfCallers(routes, (route) => route.problems?.get(name) ?? 0)) ?? 0])
    .filter(([, often]) => often > 0)
    .toSorted(([, one], [, other]) => other - one);
}

/** The callers' route whose answers take longest now; undefined while none has answered. */
export function slowest(routes: Routes): readonly [string, Route] | undefined {
  const answered = [...routes].filter(([name, route]) => ofCallers(name) && route.success.p99 !== null);
  return answered.toSorted(([, one], [, other]) => (other.success.p99 ?? 0) - (one.success.p99 ?? 0))[0];
}
