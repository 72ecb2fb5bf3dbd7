import type { Events, JournalEvent } from "../api/events.js";

/** Lines that are kept. */
const KEPT = 200;

/** What the journals of all instances told, as far as it is kept, newest first. */
export type Journal = readonly JournalEvent[];

/** What is known after an answer: the newest lines of all that were ever told, each once. */
export function withEvents(journal: Journal, { events }: Events): Journal {
  const lines = new Map([...journal, ...events].map((line) => [lineKey(line), line]));
  return [...lines.values()].toSorted(newestFirst).slice(0, KEPT);
}

/** Which line this is, of whatever instance. */
export function lineKey({ instance, boot_id, event }: JournalEvent): string {
  return JSON.stringify([instance, boot_id, event.sequence]);
}

function newestFirst(one: JournalEvent, other: JournalEvent): number {
  return other.event.at - one.event.at || other.event.sequence - one.event.sequence;
}

/** What lies between two lines of an instance that follow each other here, and is not shown; "" when nothing does. */
export function gap(older: JournalEvent, newer: JournalEvent): string {
  if (older.boot_id !== newer.boot_id) return `${newer.instance} was started anew`;
  const missing = newer.event.sequence - older.event.sequence - 1;
  return missing > 0 ? `${missing} more of ${newer.instance} that were not seen here` : "";
}
