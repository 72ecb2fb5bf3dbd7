import { type Instant, secondsBetween } from "./clock.js";

/** Seconds after which data is no longer of the present. */
const STALE_AFTER = 12;

/** The last good answer: what it said, whose it was, and when it was asked for, so that no age is told too small. */
export interface Answer<T> {
  readonly value: T;
  readonly instance: string;
  readonly asked: Instant;
}

/** What is known from one endpoint. A failed poll keeps the last answer, and says so. */
export interface Reading<T> {
  readonly last: Answer<T> | null;
  readonly failure: string; // of the last poll; "" when it succeeded, or none has ended yet
}

export type Freshness = "waiting" | "fresh" | "stale";

export function age(reading: Reading<unknown>, at: Instant): number | null {
  return reading.last && secondsBetween(reading.last.asked, at);
}

export function freshness(reading: Reading<unknown>, at: Instant): Freshness {
  const seconds = age(reading, at);
  if (reading.failure) return "stale";
  if (seconds === null) return "waiting";
  return seconds > STALE_AFTER ? "stale" : "fresh";
}

/** What two endpoints said; null for the one that said nothing yet. */
export type Both<A, B> = readonly [A | null, B | null];

interface Named<T> {
  readonly name: string; // at the beginning of what went wrong with it
  readonly reading: Reading<T>;
}

/** Two readings as one: as old as the older of them, and each failure by the name of what failed. */
export function both<A, B>(one: Named<A>, other: Named<B>): Reading<Both<A, B>> {
  const [first, second] = [one.reading.last, other.reading.last];
  const failed = [one, other].filter(({ reading }) => reading.failure);
  const failure = failed.map(({ name, reading }) => `${name}: ${reading.failure}`).join(" ");
  const older = first && second ? (first.asked.wall <= second.asked.wall ? first : second) : (first ?? second);
  if (older === null) return { last: null, failure };
  return { last: { ...older, value: [first && first.value, second && second.value] }, failure };
}
