import { type Instant, secondsBetween } from "./clock.js";
import type { Readings } from "./readings.js";

/** Unix seconds by the service's clock, whatever the browser's says; null until the service told its own. */
export function serviceTime({ identity }: Readings, at: Instant): number | null {
  return identity.last && identity.last.value.now + secondsBetween(identity.last.asked, at);
}
