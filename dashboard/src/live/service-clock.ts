import { type Instant, secondsBetween } from "./clock.js";
import type { Answer } from "./reading.js";
import type { Readings } from "./readings.js";

/** Unix seconds by the service's clock, whatever the browser's says; the browser's until the service told its own. */
export function serviceNow(readings: Readings, at: Instant): number {
  const told = [readings.identity, readings.goldenSignals, readings.breakers, readings.gates, readings.watchdogs]
    .map((reading): Answer<{ readonly now: number }> | null => reading.last)
    .filter((answer) => answer !== null)
    .toSorted((one, other) => secondsBetween(one.asked, other.asked) - secondsBetween(other.asked, one.asked));
  const [newest] = told;
  return newest ? newest.value.now + secondsBetween(newest.asked, at) : at.wall / 1000;
}
