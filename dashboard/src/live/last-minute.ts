import type { Breakers, InstanceBreakers } from "../api/breakers.js";
import { secondsBetween } from "./clock.js";
import type { Chosen } from "./fleet.js";
import type { Answer } from "./reading.js";
import { rate, type Samples } from "./traffic.js";

/** Seconds over which growth is told. */
const WINDOW = 60;

/** What a breaker's calls of the last minute came to. */
interface Calls {
  readonly answered: number;
  readonly rejected: number;
}

/** By how much an instance's counts have grown. */
interface Growth {
  readonly instance: string;
  readonly calls: ReadonlyMap<string, Calls>; // by the breaker's name
  readonly fallbacks: number; // embeddings that the fallback made
}

/** The answers about breakers of the last minute, oldest first, and by how much what they count has grown. */
export interface LastMinute {
  readonly answers: readonly Answer<Breakers>[];
  readonly growths: readonly Growth[];
}

export const NOTHING_COUNTED: LastMinute = { answers: [], growths: [] };

/** What is known after an answer. Each boot has grown since it was first seen: another one began to count anew. */
export function withCounts({ answers }: LastMinute, answer: Answer<Breakers>): LastMinute {
  const recent = [...answers.filter((each) => secondsBetween(each.asked, answer.asked) <= WINDOW), answer];
  const seen = recent.toReversed().flatMap(({ value }) => value.instances); // so that the first time comes last
  const before = new Map(seen.map((each) => [boot(each), each]));
  return { answers: recent, growths: answer.value.instances.map((now) => growth(before.get(boot(now)) ?? now, now)) };
}

function boot({ instance, boot_id }: InstanceBreakers): string {
  return `${instance}/${boot_id}`;
}

function growth(then: InstanceBreakers, now: InstanceBreakers): Growth {
  const before = new Map(then.circuit_breakers.map((each) => [each.name, each]));
  const calls = now.circuit_breakers.map(({ name, answered, rejected }): [string, Calls] => {
    const { answered: answeredThen = 0, rejected: rejectedThen = 0 } = before.get(name) ?? {};
    return [name, { answered: Math.max(0, answered - answeredThen), rejected: Math.max(0, rejected - rejectedThen) }];
  });
  return { instance: now.instance, calls: new Map(calls), fallbacks: Math.max(0, fallbacks(now) - fallbacks(then)) };
}

function fallbacks({ fallbacks: byReason }: InstanceBreakers): number {
  return [...byReason.values()].reduce((sum, each) => sum + each, 0);
}

/** The share of a breaker's calls of the last minute that it rejected; null without calls. */
export function rejectedShare(lastMinute: LastMinute, name: string, chosen: Chosen): number | null {
  const rejected = sum(lastMinute, chosen, ({ calls }) => calls.get(name)?.rejected ?? 0);
  const answered = sum(lastMinute, chosen, ({ calls }) => calls.get(name)?.answered ?? 0);
  return rejected + answered === 0 ? null : rejected / (rejected + answered);
}

/** The routes whose answer is made of an embedding. */
const EMBEDDING = ["POST /api/embeddings", "GET /api/documents"];

/** The share of the embeddings of the last minute that the fallback made; null while there is none to tell of. */
export function fallbackShare(lastMinute: LastMinute, samples: Samples, chosen: Chosen): number | null {
  const [first, last] = [lastMinute.answers.at(0), lastMinute.answers.at(-1)];
  const requests = rate(samples, (routes) => EMBEDDING.reduce((total, name) => total + (routes.get(name)?.success.count ?? 0), 0));
  const seconds = first && last ? secondsBetween(first.asked, last.asked) : 0;
  if (!requests || seconds === 0) return null;
  return Math.min(1, sum(lastMinute, chosen, (each) => each.fallbacks) / seconds / requests);
}

function sum({ growths }: LastMinute, chosen: Chosen, figure: (growth: Growth) => number): number {
  return growths.reduce((total, each) => total + (chosen === "" || each.instance === chosen ? figure(each) : 0), 0);
}
