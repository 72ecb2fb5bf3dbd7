import type { Breaker, Breakers, InstanceBreakers } from "../api/breakers.js";
import { type Chosen, present } from "./fleet.js";
import { secondsBetween } from "./clock.js";
import type { Lately } from "./lately.js";
import { rate, type Samples } from "./traffic.js";

/** The share of a breaker's calls of the last minute that it rejected; null without calls. */
export function rejectedShare(lately: Lately<Breakers>, name: string, chosen: Chosen): number | null {
  const rejected = growth(lately, name, chosen, (breaker) => breaker.rejected);
  const answered = growth(lately, name, chosen, (breaker) => breaker.answered);
  return rejected + answered === 0 ? null : rejected / (rejected + answered);
}

/** Embeddings that the fallback made in the last minute. */
function fallbacksMade(lately: Lately<Breakers>, chosen: Chosen): number {
  return grown(lately, chosen, ({ fallbacks }) => [...fallbacks.values()].reduce((sum, each) => sum + each, 0));
}

function growth(lately: Lately<Breakers>, name: string, chosen: Chosen, figure: (breaker: Breaker) => number): number {
  return grown(lately, chosen, ({ circuit_breakers }) => {
    const breaker = circuit_breakers.find((each) => each.name === name);
    return breaker ? figure(breaker) : 0;
  });
}

/** Of each boot since it was first seen in that minute: another boot began to count anew. */
function grown(lately: Lately<Breakers>, chosen: Chosen, figure: (of: InstanceBreakers) => number): number {
  const last = lately.at(-1);
  if (!last) return 0;
  const seen = lately.toReversed().flatMap(({ value }) => value.instances); // so that the first time comes last
  const before = new Map(seen.map((each) => [`${each.instance}/${each.boot_id}`, each]));
  return present(last.value, chosen).reduce((sum, each) => {
    const then = before.get(`${each.instance}/${each.boot_id}`);
    return sum + (then ? Math.max(0, figure(each) - figure(then)) : 0);
  }, 0);
}

/** The routes whose answer is made of an embedding. */
const EMBEDDING = ["POST /api/embeddings", "GET /api/documents"];

/** The share of the embeddings of the last minute that the fallback made; null while there is none to tell of. */
export function fallbackShare(lately: Lately<Breakers>, samples: Samples, chosen: Chosen): number | null {
  const [first, last] = [lately.at(0), lately.at(-1)];
  const requests = rate(samples, (routes) => EMBEDDING.reduce((sum, name) => sum + (routes.get(name)?.success.count ?? 0), 0));
  const seconds = first && last ? secondsBetween(first.asked, last.asked) : 0;
  if (!requests || seconds === 0) return null;
  return Math.min(1, fallbacksMade(lately, chosen) / seconds / requests);
}
