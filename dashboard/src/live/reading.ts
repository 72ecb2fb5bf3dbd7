import { type Instant, secondsBetween } from "./clock.js";

/** Seconds after which data is no longer of the present. */
export const STALE_AFTER = 12;

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
