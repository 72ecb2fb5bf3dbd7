import { type Instant, secondsBetween } from "./clock.js";
import type { Answer } from "./reading.js";

/** Seconds over which growth is told. */
const WINDOW = 60;

/** The answers of the last minute, oldest first. */
export type Lately<T> = readonly Answer<T>[];

export function withLatest<T>(lately: Lately<T>, answer: Answer<T>): Lately<T> {
  return [...recent(lately, answer.asked), answer];
}

function recent<T>(lately: Lately<T>, at: Instant): Lately<T> {
  return lately.filter((each) => secondsBetween(each.asked, at) <= WINDOW);
}
