import { type Instant, secondsBetween } from "./clock.js";
import type { Readings } from "./readings.js";

/** Unix seconds by the service's clock, whatever the browser's says; the browser's until the service told its own. */
export function serviceNow({ identity }: Readings, at: Instant): number {
  return identity.last ? identity.last.value.now + secondsBetween(identity.last.asked, at) : at.wall / 1000;
}
