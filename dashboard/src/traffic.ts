import type { GoldenSignals, Route } from "./api/golden-signals.js";
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

/** How much a count grows in a second, over the samples; null while they do not tell. */
export function rate(samples: Samples, count: (routes: Routes) => number): number | null {
  const first = samples.at(0);
  const last = samples.at(-1);
  if (!first || !last) return null;
  const seconds = secondsBetween(first.at, last.at);
  const more = count(last.routes) - count(first.routes);
  return seconds < LEAST || more < 0 ? null : more / seconds;
}
