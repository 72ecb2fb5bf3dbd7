import type { InstanceWatchdogs, Queue } from "../api/watchdogs.js";

/** The queue is everybody's: what the instance says that looked last, of those that could look. */
export function lastLook(instances: readonly InstanceWatchdogs[]): InstanceWatchdogs | null {
  const looked = instances.filter((each) => !each.error);
  const asked = looked.length > 0 ? looked : instances;
  return asked.reduce<InstanceWatchdogs | null>((last, each) => (last && last.heard_at >= each.heard_at ? last : each), null);
}

/** A queue as people call it. */
export function queueName({ agent, topic }: Queue): string {
  return `${agent}: ${topic}`;
}

/** The watchdogs of a queue. */
export function watchdogsOf(queue: Queue): readonly Queue["watchdog"][] {
  return [queue.watchdog, queue.oldest_watchdog, queue.dead_letters_watchdog, queue.dead_letter_rate_watchdog];
}
