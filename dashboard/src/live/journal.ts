import type { Events, JournalEvent } from "../api/events.js";
import type { Chosen } from "./fleet.js";

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

/** Seconds within which the same that happens to several instances is told once. */
const AT_ONCE = 5;

/** What happened, in as many journals as tell the same of the same time. */
export interface Happening {
  readonly line: JournalEvent; // the newest of them
  readonly instances: readonly string[];
  readonly gaps: readonly string[]; // what is missing between these lines and the ones before them
}

/** The lines of the chosen instance or of all, newest first, those that tell the same together. */
export function happenings(journal: Journal, chosen: Chosen): readonly Happening[] {
  const found: Happening[] = [];
  const missing = gaps(journal);
  for (const line of journal) {
    if (chosen !== "" && line.instance !== chosen) continue;
    const gap = missing.get(line) ?? [];
    const index = found.findLastIndex((each) => isSame(each, line));
    const same = found[index];
    if (same) found[index] = { ...same, instances: [...same.instances, line.instance], gaps: [...same.gaps, ...gap] };
    else found.push({ line, instances: [line.instance], gaps: gap });
  }
  return found;
}

function isSame({ line, instances }: Happening, other: JournalEvent): boolean {
  const [one, two] = [line.event, other.event];
  const told = one.type === two.type && one.subject === two.subject && one.reason === two.reason;
  return told && one.at - two.at <= AT_ONCE && !instances.includes(other.instance);
}

/** What is missing before each line, whatever else is shown. */
function gaps(journal: Journal): ReadonlyMap<JournalEvent, readonly string[]> {
  const found = new Map<JournalEvent, readonly string[]>();
  const newer = new Map<string, JournalEvent>(); // of each instance
  for (const line of journal) {
    const next = newer.get(line.instance);
    const gap = next && between(line, next);
    if (next && gap) found.set(next, [gap]);
    newer.set(line.instance, line);
  }
  return found;
}

/** What lies between two lines of an instance that follow each other here, and is not shown; "" when nothing does. */
function between(older: JournalEvent, newer: JournalEvent): string {
  if (older.boot_id === newer.boot_id) {
    const missing = newer.event.sequence - older.event.sequence - 1;
    return missing > 0 ? `${missing} more of ${newer.instance} that were not seen here` : "";
  }
  const unseen = newer.event.sequence - 1;
  return `${newer.instance} was started anew${unseen === 0 ? "" : `; its first ${unseen} lines were not seen here`}`;
}
